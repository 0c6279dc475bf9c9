package io.jenkins.plugins.windowsimage.engine.files;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.Test;

public class CopyPlannerTest {
    private final ImageFiles context = new ImageFiles();
    private final ImageFiles image = new ImageFiles();

    @Test
    public void backslashes_and_drive_letters_work_in_sources_and_destinations() throws IOException {
        context.file("src/a.txt", "a").file("src/b.txt", "b");
        copy("C:\\app\\", "src\\*.txt");
        copy("c:/other", "C:\\src");
        copy("\\third\\", "..\\..\\src\\a.txt");
        assertEquals(Map.of("app", "/", "app/a.txt", "a", "app/b.txt", "b", "other", "/", "other/a.txt", "a",
                "other/b.txt", "b", "third", "/",
                "third/a.txt", "a"), image.list());
    }

    @Test
    public void a_file_goes_to_the_root_or_into_what_exists_whatever_its_case() throws IOException {
        context.file("f", "1");
        image.directory("Program Files/App");
        copy("C:", "f");
        copy("C:\\program files\\app", "f");
        assertEquals(Map.of("f", "1", "Program Files", "/", "Program Files/App", "/", "program files/app/f", "1"),
                image.list());
    }

    @Test
    public void wildcards_that_match_nothing_make_nothing_and_are_reported() throws IOException {
        context.file("f", "1").directory("d");
        CopyPlan plan = plan("C:\\x\\", CopyOptions.DEFAULT, "*.none", "f/*", "[z-a", "d/?");
        assertEquals(List.of(), targets(plan));
        assertEquals(List.of("*.none", "f/*", "[z-a", "d/?"), plan.unmatched());
        refused("\"/missing\": not found", "C:\\x\\", CopyOptions.DEFAULT, "missing/*.txt");
    }

    @Test
    public void an_empty_directory_still_makes_the_destination() throws IOException {
        context.directory("empty");
        copy("/a/b", "empty");
        assertEquals(Map.of("a", "/", "a/b", "/"), image.list());
    }

    @Test
    public void links_given_as_sources_are_followed_and_those_inside_are_kept() throws IOException {
        context.file("real/file", "1").link("real/inner", "file").link("way", "real").link("one",
                "way/file").link("dangling", "nowhere");
        copy("/d", "way");
        copy("/e/", "one");
        copy("/f/", "o*");
        assertEquals(Map.of("d", "/", "d/file", "1", "d/inner", "-> file", "e", "/", "e/one", "1", "f", "/", "f/one",
                "1"), image.list());
        refused("\"/dangling\": not found", "/x/", CopyOptions.DEFAULT, "dangling");
        refused("\"/dangling\": not found", "/x/", CopyOptions.DEFAULT, "dang*");
    }

    @Test
    public void wildcards_do_not_look_behind_links() throws IOException {
        context.file("real/file", "1").link("way", "real");
        assertEquals(List.of("x", "x/file"), targets(plan("/x/", CopyOptions.DEFAULT, "*/file")));
    }

    @Test
    public void links_to_directories_in_the_image_are_followed_to_the_destination() throws IOException {
        context.file("f", "1");
        image.directory("real").link("way", "C:\\real").link("up", "..\\..\\real\\new").link("loop", "loop");
        assertEquals(List.of("real/f"), targets(plan("/way", CopyOptions.DEFAULT, "f")));
        assertEquals(List.of("real/f"), targets(plan("/WAY/", CopyOptions.DEFAULT, "f")));
        assertEquals(List.of("real/sub", "real/sub/f"), targets(plan("/way/sub/", CopyOptions.DEFAULT, "f")));
        assertEquals(List.of("real/new", "real/new/f"), targets(plan("/up/", CopyOptions.DEFAULT, "f")));
        refused("circle", "/loop/x", CopyOptions.DEFAULT, "f");
    }

    @Test
    public void files_and_directories_do_not_replace_each_other() throws IOException {
        context.file("d/sub/x", "1").file("f", "2");
        image.file("file", "old").directory("dir/sub").directory("dir/F").file("other/sub", "old");
        refused("is a file in the image", "/file/", CopyOptions.DEFAULT, "f");
        refused("is a file in the image", "/file/deep/x", CopyOptions.DEFAULT, "f");
        refused("is a file in the image", "/file", CopyOptions.DEFAULT, "d");
        refused("is a directory in the image", "/dir", CopyOptions.DEFAULT, "f");
        refused("is no directory in the image", "/OTHER", CopyOptions.DEFAULT, "d");
        refused("is a file in the image, not a directory", "/plain", CopyOptions.DEFAULT, "f", "d");
    }

    @Test
    public void of_several_files_that_differ_in_case_only_the_last_stays() throws IOException {
        context.file("a/file", "1").file("b/FILE", "2");
        copy("/x/", "a", "b");
        assertEquals(Map.of("x", "/", "x/FILE", "2"), image.list());
    }

    @Test
    public void names_that_windows_cannot_hold_are_refused_with_the_source() {
        for (String name : List.of("nul.txt", "a:b", "trailing.", "x".repeat(256))) {
            ImageFiles hostile = new ImageFiles().file("d/" + name, "1");
            EngineException refused = assertThrows(name, EngineException.class, () -> {
                try (CopyPlanner planner = new CopyPlanner(WindowsPath.parse("/x"), CopyOptions.DEFAULT, image)) {
                    planner.copy(hostile, "d");
                    targets(planner.plan());
                }
            });
            assertEquals(ErrorKind.INVALID_INSTRUCTION, refused.kind());
            assertTrue(refused.getMessage(), refused.getMessage().contains("\"/d/" + name + "\""));
        }
    }

    @Test
    public void parents_keep_the_directories_of_the_source() throws IOException {
        context.file("src/app/a.cs", "1").file("src/app/b.txt", "2").file("src/lib/deep/c.cs",
                "3").directory("src/none").file("top.cs", "4");
        CopyOptions parents = new CopyOptions(true, List.of(), null);
        assertEquals(List.of("o", "o/src", "o/src/app", "o/src/app/a.cs", "o/src/lib", "o/src/lib/deep",
                "o/src/lib/deep/c.cs", "o/top.cs"),
                targets(plan("/o/", parents, "**/*.cs")));
        assertEquals(List.of("o", "o/app", "o/app/a.cs"), targets(plan("/o/", parents, "src\\.\\app\\a.cs")));
        assertEquals(List.of("o", "o/src", "o/src/app", "o/src/app/a.cs"), targets(plan("/o/", parents,
                "src/app/*.cs")));
        assertEquals(List.of("o", "o/src", "o/src/none"), targets(plan("/o/", parents, "src/none")));
        refused("\"/src/missing\": not found", "/o/", parents, "src/missing");
        refused("\"/src/missing\": not found", "/o/", parents, "src/./missing");
        refused("\"/src/missing\": not found", "/o/", parents, "//./src/missing");
        assertEquals(List.of("o"), targets(plan("/o/", parents, "src/missing*")));
        assertEquals(List.of("o"), targets(plan("/o/", parents, "src/missing/*")));
        assertEquals(List.of("missing/*"), plan("/o/", parents, "missing/*").unmatched());
        assertEquals(List.of("o"), targets(plan("/o/", parents, "*/./missing")));
        assertEquals(10, targets(plan("/o/", parents, ".")).size());
        assertEquals(List.of("o", "o/src", "o/src/lib", "o/src/lib/deep", "o/src/lib/deep/c.cs", "o/src/none"),
                targets(plan("/o/", new CopyOptions(true, List.of("src/app"), null), "src")));
    }

    @Test
    public void excludes_can_bring_files_back() throws IOException {
        context.file("d/docs/a.md", "1").file("d/docs/README.md", "2").file("d/b", "3");
        CopyOptions options = new CopyOptions(false, List.of("docs", "!docs/README.md"), null);
        assertEquals(List.of("o", "o/b", "o/docs", "o/docs/README.md"), targets(plan("/o", options, "d")));
    }

    @Test
    public void a_whole_volume_comes_without_what_windows_keeps_for_itself() throws IOException {
        context.file("System Volume Information/x", "1").file("WcSandboxState/y", "1").file("app/WcSandboxState", "2");
        assertEquals(List.of("o", "o/app", "o/app/WcSandboxState"), targets(plan("/o/", CopyOptions.DEFAULT, "/")));
    }

    @Test
    public void made_directories_belong_to_the_owner_and_existing_ones_are_left_alone() throws IOException {
        context.file("f", "1");
        image.directory("have");
        List<String> owned = new ArrayList<>();
        for (PlannedEntry entry : plan("/have/a/b/", new CopyOptions(false, List.of(), "S-1-5-93-2-2"), "f")) {
            assertEquals("S-1-5-93-2-2", entry.owner());
            owned.add(entry.target());
        }
        assertEquals(List.of("have/a", "have/a/b", "have/a/b/f"), owned);
    }

    @Test
    public void here_documents_follow_the_rules_of_files() throws IOException {
        HeredocTree documents = new HeredocTree(Map.of("EOF", "one".getBytes(StandardCharsets.UTF_8)), ImageFiles.TIME);
        for (String destination : List.of("/single", "/many/")) {
            try (CopyPlanner planner = new CopyPlanner(WindowsPath.parse(destination), CopyOptions.DEFAULT, image)) {
                planner.copyFile(documents, documents.find("EOF").orElseThrow());
                image.apply(planner.plan());
            }
        }
        assertEquals(Map.of("single", "one", "many", "/", "many/EOF", "one"), image.list());
        assertNull(plan("/y", CopyOptions.DEFAULT).iterator().hasNext() ? "entries" : null);
    }

    @Test
    public void a_context_that_changes_between_two_walks_is_noticed() throws IOException {
        context.file("d/a", "1");
        for (String change : List.of("d/b", "d/a")) {
            CopyPlan plan = plan("/x/", CopyOptions.DEFAULT, "d");
            List<String> before = targets(plan);
            assertEquals(before, targets(plan));
            context.file(change, "other");
            EngineException noticed = assertThrows(EngineException.class, () -> targets(plan));
            assertEquals(ErrorKind.IO_ERROR, noticed.kind());
        }
    }

    @Test
    public void two_plans_of_the_same_files_can_be_told_to_agree_wherever_the_files_go() throws IOException {
        context.file("d/a", "1").link("d/l", "a");
        CopyPlan first = plan("/x/", CopyOptions.DEFAULT, "d");
        targets(first);
        image.directory("x/y");
        CopyPlan second = plan("/x/y", CopyOptions.DEFAULT, "d");
        targets(second);
        second.requireSameFilesAs(first);

        context.file("d/a", "longer");
        CopyPlan third = plan("/x/", CopyOptions.DEFAULT, "d");
        targets(third);
        EngineException noticed = assertThrows(EngineException.class, () -> third.requireSameFilesAs(first));
        assertEquals(ErrorKind.IO_ERROR, noticed.kind());
    }

    private void copy(String destination, String... sources) throws IOException {
        image.apply(plan(destination, CopyOptions.DEFAULT, sources));
    }

    private CopyPlan plan(String destination, CopyOptions options, String... sources) throws IOException {
        try (CopyPlanner planner = new CopyPlanner(WindowsPath.parse(destination), options, image)) {
            for (String source : sources) {
                planner.copy(context, source);
            }
            return planner.plan();
        }
    }

    private void refused(String sentence, String destination, CopyOptions options, String... sources) {
        EngineException refused = assertThrows(EngineException.class, () -> targets(plan(destination, options,
                sources)));
        assertEquals(ErrorKind.INVALID_INSTRUCTION, refused.kind());
        assertTrue(refused.getMessage(), refused.getMessage().contains(sentence));
    }

    private static List<String> targets(CopyPlan plan) {
        List<String> targets = new ArrayList<>();
        plan.forEach(entry -> targets.add(entry.target()));
        return targets;
    }
}
