package io.jenkins.plugins.windowsimage.action;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import hudson.model.FreeStyleBuild;
import java.util.List;
import net.sf.json.JSONObject;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;

public class RestApiTest {
    @ClassRule
    public static JenkinsRule jenkins = new JenkinsRule();

    private static FreeStyleBuild build;

    @BeforeClass
    public static void build() throws Exception {
        build = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());
        WindowsImageAction.add(
                build, SampleRecords.built("000000000001", SampleRecords.NAME, SampleRecords.digest('a')));
        WindowsImageAction.add(build, SampleRecords.failed("000000000002", "app:2"));
    }

    private static JSONObject get(String path) throws Exception {
        return jenkins.getJSON(build.getUrl() + path).getJSONObject();
    }

    @Test
    public void tells_the_facts_of_each_image_at_once() throws Exception {
        JSONObject image =
                get("windows-images/api/json").getJSONArray("images").getJSONObject(0);
        assertEquals("000000000001", image.getString("buildId"));
        assertEquals("build", image.getString("kind"));
        assertEquals("success", image.getString("result"));
        assertEquals(SampleRecords.digest('a'), image.getString("digest"));
        assertEquals(SampleRecords.digest('c'), image.getString("imageId"));
        assertEquals(List.of(SampleRecords.NAME), image.getJSONArray("tags"));
        assertEquals(
                List.of("registry.example.com/team/app@" + SampleRecords.digest('a')),
                image.getJSONArray("references"));
        assertTrue(image.getBoolean("pushed"));
        assertEquals("10.0.20348.2227", image.getString("osVersion"));
        assertEquals("amd64", image.getString("architecture"));
        assertEquals(SampleRecords.BASE, image.getString("baseImage"));
        assertEquals(SampleRecords.digest('b'), image.getString("baseDigest"));
        assertEquals(120_000_000, image.getLong("size"));
        assertEquals(4, image.getInt("layerCount"));
        assertEquals(3, image.getInt("instructionCount"));
        assertEquals(1, image.getInt("cachedInstructions"));
        assertEquals("2026-09-21T14:13:20Z", image.getString("startTime"));
        assertEquals(10_000, image.getLong("durationMillis"));
        assertEquals("Image", image.getString("stage"));
        assertEquals("win-1", image.getString("agent"));
    }

    @Test
    public void tells_of_failures_with_their_line() throws Exception {
        JSONObject image =
                get("windows-images/api/json").getJSONArray("images").getJSONObject(1);
        assertEquals("failure", image.getString("result"));
        assertEquals("The command ended with exit code 3.", image.getString("error"));
        assertEquals(4, image.getInt("errorLine"));
    }

    @Test
    public void tells_layers_and_instructions_only_when_asked_for_more_depth() throws Exception {
        JSONObject shallow =
                get("windows-images/api/json").getJSONArray("images").getJSONObject(0);
        assertFalse(shallow.containsKey("layers"));
        assertFalse(shallow.containsKey("instructions"));

        JSONObject deep = get("windows-images/api/json?depth=1").getJSONArray("images").getJSONObject(0);
        assertEquals(4, deep.getJSONArray("layers").size());
        JSONObject layer = deep.getJSONArray("layers").getJSONObject(2);
        assertEquals(14_000_000, layer.getLong("size"));
        assertEquals(40_000_000, layer.getLong("uncompressedSize"));
        assertEquals("COPY app C:\\app", layer.getString("createdBy"));
        assertFalse(layer.getBoolean("base"));
        JSONObject run = deep.getJSONArray("instructions").getJSONObject(1);
        assertEquals("RUN setx X 1", run.getString("text"));
        assertEquals(6_000, run.getLong("durationMillis"));
        assertEquals(0, run.getInt("exitCode"));
    }

    @Test
    public void answers_for_a_single_image_and_for_the_job() throws Exception {
        assertEquals(
                SampleRecords.digest('a'),
                get("windows-images/000000000001/api/json").getString("digest"));
        assertEquals(
                2,
                jenkins.getJSON(build.getParent().getUrl() + "windows-images/api/json")
                        .getJSONObject()
                        .getJSONArray("images")
                        .size());
    }

    @Test
    public void a_tree_chooses_fields() throws Exception {
        JSONObject image = get("windows-images/api/json?tree=images[digest]")
                .getJSONArray("images")
                .getJSONObject(0);
        assertTrue(image.containsKey("digest"));
        assertFalse(image.containsKey("tags"));
    }
}
