package io.jenkins.plugins.windowsimage.action;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertTrue;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import java.util.List;
import net.sf.json.JSONObject;
import org.htmlunit.html.HtmlPage;
import org.junit.After;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.SleepBuilder;

public class BuildProgressTest {
    @ClassRule
    public static JenkinsRule jenkins = new JenkinsRule();

    private FreeStyleBuild run;

    @Before
    public void start() throws Exception {
        FreeStyleProject project = jenkins.createFreeStyleProject();
        project.getBuildersList().add(new SleepBuilder(Long.MAX_VALUE));
        run = project.scheduleBuild2(0).waitForStart();
    }

    @After
    public void stop() throws Exception {
        run.doStop();
        jenkins.waitUntilNoActivity();
        assertThat(BuildProgress.running(run), is(empty()));
        assertFalse(BuildProgress.isFollowed(run));
    }

    private JSONObject status() throws Exception {
        return jenkins.getJSON(run.getUrl() + "windows-images-progress/status").getJSONObject();
    }

    @Test
    public void counts_steps_and_names_the_current_one() {
        BuildProgress progress = BuildProgress.of(run, "7", "app:1");
        assertEquals(-1, progress.snapshot().percent());
        assertEquals("Preparing", progress.snapshot().text());
        progress.accept("{\"type\":\"build-started\",\"buildId\":\"x\",\"stages\":1,\"steps\":4}");
        progress.accept("{\"type\":\"step-started\",\"step\":1,\"stage\":\"0\",\"name\":\"[0 1/4] COPY a b\"}");
        progress.accept("{\"type\":\"output\",\"step\":1,\"text\":\"hello\"}");
        progress.accept("{\"type\":\"step-completed\",\"step\":1,\"cached\":false,\"durationMillis\":4}");
        progress.accept("{\"type\":\"step-started\",\"step\":2,\"stage\":\"0\",\"name\":\"[0 2/4] RUN dir\"}");
        assertEquals("[0 2/4] RUN dir", progress.snapshot().current());
        assertEquals("Step 2 of 4", progress.snapshot().text());
        assertEquals(25, progress.snapshot().percent());
    }

    @Test
    public void tells_how_much_is_pulled_and_pushed() {
        BuildProgress progress = BuildProgress.of(run, "7", "app:1");
        String blob = "{\"type\":\"transfer\",\"direction\":\"%s\",\"digest\":\"%s\",\"state\":\"running\","
                + "\"bytes\":%d,\"total\":%d}";
        progress.accept(blob.formatted("pull", "a", 1 << 20, 4 << 20));
        progress.accept(blob.formatted("pull", "b", 1 << 20, 2 << 20));
        assertEquals("Pulling: 2.00 MiB of 6.00 MiB", progress.snapshot().text());
        progress.accept(blob.formatted("pull", "a", 4 << 20, 4 << 20));
        progress.accept(blob.formatted("pull", "b", 2 << 20, 2 << 20));
        assertNull(progress.snapshot().transfer());
        progress.accept(blob.formatted("push", "c", 0, 3 << 20));
        assertEquals("Pushing: 0 B of 3.00 MiB", progress.snapshot().text());
    }

    @Test
    public void goes_on_when_it_begins_in_the_middle_of_the_events() {
        BuildProgress progress = BuildProgress.of(run, "7", "app:1");
        progress.accept("{\"type\":\"step-started\",\"step\":5,\"name\":\"[0 5/7] RUN dir\"}");
        assertEquals("Step 5", progress.snapshot().text());
        assertEquals(-1, progress.snapshot().percent());
    }

    @Test
    public void ignores_what_is_no_event() {
        BuildProgress progress = BuildProgress.of(run, "7", "app:1");
        for (String line : List.of(
                "", "null", "[]", "{", "7", "\"x\"", "{\"type\":7}", "{\"type\":\"build-started\",\"steps\":\"many\"}",
                "{\"type\":\"build-started\",\"steps\":99999999999}", "{\"type\":\"step-started\",\"step\":{}}",
                "{\"type\":\"transfer\"}",
                "{\"type\":\"transfer\",\"direction\":\"push\",\"digest\":\"d\",\"total\":-5}",
                "[".repeat(60_000), "x".repeat(1 << 20), "{\"type\":\"<script>\"}")) {
            progress.accept(line);
        }
        assertEquals(0, progress.snapshot().step());
        assertEquals(-1, progress.snapshot().percent());
    }

    @Test
    public void cannot_be_filled_without_limit() {
        BuildProgress progress = BuildProgress.of(run, "7", "x".repeat(10_000));
        assertTrue(progress.snapshot().image().length() < 300);
        progress.accept("{\"type\":\"build-started\",\"steps\":" + Integer.MAX_VALUE + "}");
        progress.accept("{\"type\":\"step-started\",\"step\":1,\"name\":\"" + "y".repeat(60_000) + "\"}");
        assertTrue(progress.snapshot().current().length() < 300);
        for (int i = 0; i < 2_000; i++) {
            progress.accept("{\"type\":\"transfer\",\"direction\":\"push\",\"digest\":\"" + i
                    + "\",\"bytes\":0,\"total\":" + Long.MAX_VALUE + "}");
        }
        assertTrue(progress.snapshot().transfer().startsWith("Pushing: 0 B of "));
        assertTrue(progress.snapshot().percent() >= 0);
    }

    @Test
    public void is_the_same_for_the_same_key_until_it_ends() {
        BuildProgress progress = BuildProgress.of(run, "7", "app:1");
        assertSame(progress, BuildProgress.of(run, "7", "app:1"));
        BuildProgress other = BuildProgress.of(run, "8", "app:2");
        progress.end();
        progress.end();
        assertEquals(
                List.of("app:2"),
                BuildProgress.running(run).stream().map(BuildProgress.Snapshot::image).toList());
        other.end();
    }

    @Test
    public void build_page_shows_what_runs_and_the_endpoint_tells_it() throws Exception {
        String hostile = "[1/2] RUN echo <img src=x onerror=alert(1)>";
        BuildProgress progress = BuildProgress.of(run, "7", "app:1");
        progress.accept("{\"type\":\"build-started\",\"steps\":2}");
        progress.accept("{\"type\":\"step-started\",\"step\":1,\"name\":\"" + hostile + "\"}");

        JSONObject status = status();
        assertTrue(status.getBoolean("building"));
        JSONObject image = status.getJSONArray("images").getJSONObject(0);
        assertEquals("app:1", image.getString("image"));
        assertEquals(1, image.getInt("step"));
        assertEquals(2, image.getInt("steps"));
        assertEquals(0, image.getInt("percent"));
        assertEquals(hostile, image.getString("current"));
        assertEquals("Step 1 of 2", image.getString("text"));

        JenkinsRule.WebClient client = jenkins.createWebClient();
        HtmlPage page = client.goTo(run.getUrl());
        assertThat(page.asNormalizedText(), containsString("Building container images"));
        client.waitForBackgroundJavaScript(3_000);
        assertThat(page.asNormalizedText(), containsString("Step 1 of 2"));
        assertThat(page.asNormalizedText(), containsString(hostile));
        assertNull(page.querySelector("img[src=x]"));
        client.close();

        progress.end();
        assertThat(status().getJSONArray("images"), is(empty()));
    }

    @Test
    public void a_run_without_image_builds_has_no_progress() {
        assertNull(run.getAction(WindowsImageProgressAction.class));
    }
}
