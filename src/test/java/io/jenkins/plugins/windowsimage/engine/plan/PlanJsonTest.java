package io.jenkins.plugins.windowsimage.engine.plan;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Dockerfile;
import io.jenkins.plugins.windowsimage.engine.dockerfile.DockerfileException;
import java.io.IOException;
import org.junit.Test;

public class PlanJsonTest {
    private final PlanFixture fixture = new PlanFixture();

    private JsonNode json(String... lines) throws IOException {
        return new ObjectMapper().readTree(PlanJson.write(PlanJson.of(fixture.plan(lines))));
    }

    private void same(String expected, JsonNode actual) throws IOException {
        assertEquals(new ObjectMapper().readTree(expected.replace('\'', '"')), actual);
    }

    @Test
    public void a_plan_has_the_form_of_the_design() throws IOException {
        JsonNode plan = json(
                "# escape=`", "FROM base:1 AS one", "RUN never", "FROM base:1", "ARG A=1 B", "ENV C=2", "USER me",
                "WORKDIR C:\\w", "RUN x", "COPY --chown=me --from=other:1 a b\\");
        same("['escape','syntax','stages','image','warnings','error']", new ObjectMapper().valueToTree(
                java.util.stream.StreamSupport.stream(((Iterable<String>) plan::fieldNames).spliterator(), false).toList()));
        assertEquals("`", plan.path("escape").asText());
        assertTrue(plan.path("syntax").isNull());
        assertTrue(plan.path("error").isNull());
        same("{'line':3,'endLine':3,'instruction':'RUN','text':'RUN never'}", plan.at("/stages/0/steps/0"));
        assertFalse(plan.at("/stages/0/needed").asBoolean());
        JsonNode stage = plan.at("/stages/1");
        assertTrue(stage.path("name").isNull());
        assertEquals("docker.io/library/base:1", stage.path("base").asText());
        assertEquals("windows/amd64", stage.path("platform").asText());
        JsonNode steps = stage.path("steps");
        same("{'A':'1','B':null}", steps.at("/0/set"));
        same("{'C':'2'}", steps.at("/1/set"));
        assertEquals("me", steps.at("/2/user").asText());
        assertEquals("C:\\w", steps.at("/3/dir").asText());
        same("['cmd','/S','/C','x']", steps.at("/4/args"));
        same("{'C':'2','A':'1'}", steps.at("/4/env"));
        assertEquals("C:\\w", steps.at("/4/cwd").asText());
        assertEquals("me", steps.at("/4/user").asText());
        same("['cmd','/S','/C']", steps.at("/4/shell"));
        assertEquals(9, steps.at("/4/line").asInt());
        assertEquals("other:1", steps.at("/5/from").asText());
        same("['a']", steps.at("/5/sources"));
        assertEquals("C:\\w\\b\\", steps.at("/5/dest").asText());
        assertEquals("me", steps.at("/5/chown").asText());
        assertEquals("windows", plan.at("/image/os").asText());
        same("['C=2']", plan.at("/image/config/Env"));
    }

    @Test
    public void what_a_step_does_not_say_is_null_where_the_design_names_it() throws IOException {
        JsonNode steps = json("FROM base:1", "RUN x", "ADD a b").at("/stages/0/steps");
        assertTrue(steps.at("/0").has("user") && steps.at("/0/user").isNull());
        assertTrue(steps.at("/1").has("from") && steps.at("/1/from").isNull());
        assertTrue(steps.at("/1").has("chown") && steps.at("/1/chown").isNull());
        assertFalse(steps.at("/1").has("chmod"));
    }

    @Test
    public void a_mistake_has_kind_message_and_line_beside_what_could_be_planned() throws IOException {
        JsonNode plan = json("FROM base:1", "RUN x", "EXPOSE nope", "MAINTAINER me");
        assertEquals("dockerfile-parse", plan.at("/error/kind").asText());
        assertEquals("invalid containerPort: nope", plan.at("/error/message").asText());
        assertEquals(3, plan.at("/error/line").asInt());
        assertTrue(plan.path("image").isNull());
        assertEquals("RUN", plan.at("/stages/0/steps/0/instruction").asText());
        assertEquals("MaintainerDeprecated", plan.at("/warnings/0/rule").asText());
        assertEquals(4, plan.at("/warnings/0/line").asInt());
    }

    @Test
    public void a_file_that_cannot_be_read_has_a_document_too() throws IOException {
        DockerfileException e =
                assertThrows(DockerfileException.class, () -> Dockerfile.parse("Dockerfile", "FROM x:1\nRNU dir"));
        JsonNode document = new ObjectMapper().readTree(PlanJson.write(PlanJson.of(e)));
        assertEquals(
                "dockerfile parse error on line 2: unknown instruction: RNU (did you mean RUN?)",
                document.at("/error/message").asText());
        assertEquals(2, document.at("/error/line").asInt());
        assertTrue(document.path("stages").isEmpty());
    }

    @Test
    public void a_graph_that_cannot_be_made_keeps_the_warnings_of_the_text() throws IOException {
        Dockerfile dockerfile = Dockerfile.parse("Dockerfile", "FROM x:1\nMAINTAINER me\nCOPY --from=$a b c");
        DockerfileException e =
                assertThrows(DockerfileException.class, () -> StageGraph.of(dockerfile, PlanOptions.DEFAULT));
        PlanDocument document = PlanJson.of(dockerfile, e);
        assertEquals("MaintainerDeprecated", document.warnings().get(0).rule());
        assertEquals(Integer.valueOf(3), document.error().line());
    }

    @Test
    public void people_get_text() {
        String text = PlanText.of(fixture.plan("FROM base:1 AS app", "WORKDIR /w", "RUN dir", "COPY f g/", "MAINTAINER me"));
        assertTrue(text, text.startsWith("FROM docker.io/library/base:1  (app, windows/amd64)\n"));
        assertTrue(text, text.contains("    3  [3/4] RUN dir\n         command  cmd /S /C dir\n         in       C:\\w\n"));
        assertTrue(text, text.contains("         to       C:\\w\\g\\\n"));
        assertTrue(text, text.contains("WARNING line 5: Maintainer instruction is deprecated"));
    }
}
