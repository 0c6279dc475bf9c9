package io.jenkins.plugins.windowsimage.engine.plan;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.dockerfile.DockerfileException;
import java.util.List;
import java.util.Set;
import org.junit.Test;

public class StageGraphTest {
    private static final String[] FOUR = {
        "FROM a:1 AS base",
        "FROM base AS build",
        "RUN x",
        "FROM b:1 AS unused",
        "RUN never",
        "FROM c:1",
        "COPY --from=build /f /g",
        "COPY --from=d:1 /h /i"
    };
    private final PlanFixture fixture = new PlanFixture();

    private DockerfileException fails(String message, int line, String... lines) {
        DockerfileException e = assertThrows(DockerfileException.class, () -> fixture.graph(lines));
        assertTrue(e.getMessage(), e.summary().contains(message));
        assertEquals(line, e.line());
        return e;
    }

    private static List<String> names(Set<FileOrigin.Image> images) {
        return images.stream().map(image -> image.source().toString()).toList();
    }

    @Test
    public void only_stages_that_the_target_needs_are_planned() {
        StageGraph graph = fixture.graph(FOUR);
        assertEquals(Set.of(0, 1, 3), graph.needed());
        assertEquals(List.of("docker.io/library/a:1", "docker.io/library/c:1"), names(graph.baseImages()));
        assertEquals(List.of("docker.io/library/d:1"), names(graph.copiedImages()));
        BuildPlan plan = fixture.plan(FOUR).orThrow();
        assertEquals(List.of(0, 1, 3), plan.stages().stream().map(PlannedStage::index).toList());
        assertEquals(Set.of(1), plan.target().dependsOn());
        assertEquals(List.of("docker.io/library/a:1", "docker.io/library/c:1"), fixture.asked());
    }

    @Test
    public void a_command_is_found_before_any_image_is_asked_for() {
        assertEquals(3, fixture.graph(FOUR).firstRun().orElseThrow().line());
        assertFalse(fixture.graph("FROM a:1 AS x", "RUN y", "FROM b:1", "COPY f g").firstRun().isPresent());
        assertEquals(List.of(), fixture.asked());
    }

    @Test
    public void the_target_is_found_by_name_whatever_its_case_or_by_number() {
        fixture.target("BASE");
        assertEquals(0, fixture.graph(FOUR).target());
        fixture.target("2");
        assertEquals(Set.of(2), fixture.graph(FOUR).needed());
        fixture.target("biuld");
        DockerfileException e = fails("target stage \"biuld\" could not be found (did you mean build?)", 0, FOUR);
        assertEquals(ErrorKind.STAGE_NOT_FOUND, e.kind());
    }

    @Test
    public void the_latest_of_equal_names_counts() {
        StageGraph graph = fixture.graph("FROM a:1 AS x", "FROM x AS x", "FROM x", "COPY --from=X /f /g");
        assertEquals(new StageBase.Stage(0, "x"), graph.nodes().get(1).base());
        assertEquals(new StageBase.Stage(1, "x"), graph.nodes().get(2).base());
    }

    @Test
    public void names_that_lead_nowhere_are_refused_together() {
        DockerfileException e = fails(
                "invalid stage index 7", 2, "FROM a:1", "COPY --from=7 a b", "COPY --from=$x a b", "COPY --from=A_B a b");
        assertEquals(3, e.problems().size());
        assertTrue(e.summary(), e.summary().contains("variable expansion is not supported for --from"));
        assertTrue(e.summary(), e.summary().contains("failed to parse stage name \"A_B\": invalid reference format"));
        fails("base name ($X) should not be blank", 1, "FROM $X");
        fails("failed to parse stage name \"Up:1\": invalid reference format: repository name (library/Up) must be"
                + " lowercase", 1, "FROM Up:1");
        fails("failed to parse platform amd46: ", 1, "FROM --platform=amd46 a:1");
        fails("failed to parse platform a/b/c/d: \"a/b/c/d\": cannot parse platform specifier", 1, "FROM --platform=a/b/c/d a:1");
        fails("failed to parse platform windows/: \"\" is an invalid component of \"windows/\"", 1, "FROM --platform=windows/ a:1");
        fails("empty platform value from expression $P", 1, "FROM --platform=$P a:1");
    }

    @Test
    public void circles_and_later_stages_are_refused() {
        fails("circular dependency detected on stage: a", 2, "FROM x:1 AS a", "COPY --from=b f g", "FROM x:1 AS b",
                "COPY --from=a f g");
        fails("circular dependency detected on stage: me", 2, "FROM x:1 AS me", "COPY --from=0 f g");
        BuildPlan plan = fixture.plan("FROM x:1 AS a", "COPY --from=b f g", "FROM x:1 AS b", "FROM a");
        assertTrue(plan.failure().summary(), plan.failure().summary().contains(
                "cannot copy from stage \"b\", it needs to be defined before current stage \"a\""));
    }

    @Test
    public void named_contexts_replace_images_and_stages() {
        fixture.context("nano", "docker-image://other:2").context("files", "/some/dir").context("old", "oci-layout:///l:t");
        StageGraph graph = fixture.graph(
                "FROM nano:latest AS one", "FROM x:1 AS old", "RUN gone", "FROM one", "COPY --from=files /f /g",
                "COPY --from=old /h /i");
        assertEquals("docker.io/library/other:2", graph.nodes().get(0).base().toString());
        assertEquals(Set.of(0, 2), graph.needed());
        assertFalse(graph.firstRun().isPresent());
        BuildPlan plan = BuildPlan.of(graph, fixture).orThrow();
        Step.Copy directory = (Step.Copy) plan.target().steps().get(0);
        assertEquals(new FileOrigin.Directory("files", "/some/dir"), directory.origin());
        Step.Copy layout = (Step.Copy) plan.target().steps().get(1);
        assertEquals(new ImageSource.Layout("/l:t"), ((FileOrigin.Image) layout.origin()).source());
        fails("the named context \"files\" is a directory, which cannot be the base of a stage", 1, "FROM files");
    }

    @Test
    public void a_stage_that_a_directory_replaces_can_only_be_copied_from() {
        fixture.context("one", "/dir");
        BuildPlan plan = fixture.plan("FROM x:1 AS one", "FROM one");
        assertTrue(plan.failure().summary(), plan.failure().summary().contains("which cannot take the place of a stage"));
        Step.Copy copy = (Step.Copy) fixture.plan("FROM x:1 AS one", "FROM x:1", "COPY --from=one /a /b").orThrow()
                .target().steps().get(0);
        assertEquals(new FileOrigin.Directory("one", "/dir"), copy.origin());
    }

    @Test
    public void contexts_of_other_kinds_are_refused() {
        EngineException git = assertThrows(
                EngineException.class, () -> ContextSource.parse("a", "https://github.com/a/b.git"));
        assertEquals(ErrorKind.NOT_SUPPORTED, git.kind());
        EngineException image = assertThrows(EngineException.class, () -> ContextSource.parse("a", "docker-image://A B"));
        assertEquals(ErrorKind.USAGE, image.kind());
    }
}
