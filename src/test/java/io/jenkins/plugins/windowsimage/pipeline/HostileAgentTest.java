package io.jenkins.plugins.windowsimage.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;

import hudson.FilePath;
import hudson.model.Result;
import io.jenkins.plugins.windowsimage.action.ResultReader;
import io.jenkins.plugins.windowsimage.action.WindowsImageAction;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Outcome;
import io.jenkins.plugins.windowsimage.agent.EngineDistribution;
import io.jenkins.plugins.windowsimage.agent.ScriptedDistribution;
import java.util.List;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** Agents whose engine answers with what it should not. */
public class HostileAgentTest {
    private static final String DIGEST = "sha256:" + "ab".repeat(32);

    @ClassRule
    public static final JenkinsRule JENKINS = new JenkinsRule();

    @Before
    public void script_the_engine() throws Exception {
        if (!(EngineDistribution.get() instanceof ScriptedDistribution)) {
            ScriptedDistribution.install();
        }
    }

    @Test
    public void a_result_that_is_too_large_is_refused() throws Exception {
        refused("{\"formatVersion\": 1, \"x\": \"" + "x".repeat(ResultReader.MAXIMUM_BYTES) + "\"}", "larger than 8 MB");
    }

    @Test
    public void a_result_with_a_path_for_an_id_is_refused() throws Exception {
        refused(success().replace("0123456789ab", "../../../../etc/passwd"), "buildId has not the form it must have");
    }

    @Test
    public void a_result_with_markup_for_a_digest_is_refused() throws Exception {
        refused(success().replace(DIGEST, "<script>alert(1)</script>"), "is not a digest");
    }

    @Test
    public void a_result_of_wrong_types_is_refused() throws Exception {
        refused("[1, 2]", "refused");
        refused(success().replace("\"tags\": []", "\"tags\": {\"a\": 1}"), "refused");
        refused("not json", "refused");
    }

    @Test
    public void a_class_name_in_a_result_means_nothing() throws Exception {
        WorkflowRun run = build(success().replace("\"tags\"", "\"@class\": \"java.lang.ProcessBuilder\", \"tags\""));
        JENKINS.assertBuildStatusSuccess(run);
    }

    @Test
    public void markup_in_texts_is_shown_as_text() throws Exception {
        String bad = "<script>document.title='owned'</script><img src=x onerror=\\\"document.title='owned'\\\">";
        WorkflowRun run = build("{\"formatVersion\": 1, \"buildId\": \"0123456789ab\", \"result\": \"failure\", \"tags\": [], \"error\": "
                + "{\"kind\": \"run-step-failed\", \"message\": \"" + bad + "\", \"output\": [\"" + bad + "\"]}}");
        JENKINS.assertBuildStatus(Result.FAILURE, run);
        for (String page : List.of("", "windows-images/", "console")) {
            HtmlPage html = JENKINS.createWebClient().getPage(run, page);
            assertFalse(page, html.getTitleText().contains("owned"));
            assertNull(page, html.querySelector("img[onerror]"));
        }
    }

    private static String success() {
        return "{\"formatVersion\": 1, \"buildId\": \"0123456789ab\", \"result\": \"success\", \"digest\": \"" + DIGEST
                + "\", \"tags\": []}";
    }

    private static void refused(String result, String why) throws Exception {
        WorkflowRun run = JENKINS.assertBuildStatus(Result.FAILURE, build(result));
        JENKINS.assertLogContains("The result that the agent sent is refused: ", run);
        JENKINS.assertLogContains(why, run);
        List<WindowsImageRecord> records = run.getAction(WindowsImageAction.class).records();
        assertThat(records, hasSize(1));
        assertEquals(Outcome.FAILURE, records.get(0).result());
        assertEquals("result-refused", records.get(0).error().kind());
    }

    private static WorkflowRun build(String result) throws Exception {
        WorkflowJob job = JENKINS.createProject(WorkflowJob.class);
        FilePath workspace = JENKINS.jenkins.getWorkspaceFor(job);
        workspace.child("Dockerfile").write("RESULT answer.json", "UTF-8");
        workspace.child("answer.json").write(result, "UTF-8");
        job.setDefinition(new CpsFlowDefinition("node { windowsImageBuild 'app:1' }", true));
        return JENKINS.waitForCompletion(job.scheduleBuild2(0).waitForStart());
    }
}
