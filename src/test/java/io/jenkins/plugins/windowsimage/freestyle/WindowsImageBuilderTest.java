package io.jenkins.plugins.windowsimage.freestyle;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import io.jenkins.plugins.windowsimage.action.WindowsImageAction;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord;
import io.jenkins.plugins.windowsimage.agent.ScriptedDistribution;
import io.jenkins.plugins.windowsimage.agent.ScriptedEngine;
import io.jenkins.plugins.windowsimage.pipeline.WindowsImageBuildStep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.jvnet.hudson.test.BuildWatcher;
import org.jvnet.hudson.test.CaptureEnvironmentBuilder;
import org.jvnet.hudson.test.JenkinsRule;

public class WindowsImageBuilderTest {
    @ClassRule
    public static final BuildWatcher WATCHER = new BuildWatcher();

    @Rule
    public final JenkinsRule jenkins = new JenkinsRule();

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void variables_are_replaced_and_later_steps_are_told_of_the_image() throws Exception {
        FreeStyleProject job = job("ARGUMENTS");
        CaptureEnvironmentBuilder environment = new CaptureEnvironmentBuilder();
        job.getBuildersList().add(environment);
        FreeStyleBuild build = jenkins.assertBuildStatusSuccess(
                job.scheduleBuild2(0, new ParametersAction(new StringParameterValue("NAME", "team/app"))));
        jenkins.assertLogContains("--tag=registry.example.com/team/app:" + build.getNumber() + "\n", build);
        assertEquals(ScriptedEngine.DIGEST, environment.getEnvVars().get("WINDOWS_IMAGE_DIGEST"));
        assertEquals(ScriptedEngine.CONFIG_DIGEST, environment.getEnvVars().get("WINDOWS_IMAGE_ID"));
        assertEquals(
                "registry.example.com/team/app@" + ScriptedEngine.DIGEST,
                environment.getEnvVars().get("WINDOWS_IMAGE_REFERENCE"));
        assertEquals("registry.example.com/team/app:1", environment.getEnvVars().get("WINDOWS_IMAGE_TAGS"));
        assertThat(build.getAction(WindowsImageAction.class).records(), hasSize(1));
    }

    @Test
    public void a_failure_fails_the_build_and_is_remembered() throws Exception {
        FreeStyleBuild build = jenkins.buildAndAssertStatus(Result.FAILURE, job("FAIL run-step-failed It broke"));
        jenkins.assertLogContains("ERROR: It broke (line 7 of the Dockerfile)", build);
        List<WindowsImageRecord> records =
                build.getAction(WindowsImageAction.class).records();
        assertEquals("run-step-failed", records.get(0).error().kind());
    }

    @Test
    public void an_abort_stops_the_engine() throws Exception {
        FreeStyleProject job = job("WAIT never");
        FreeStyleBuild build = job.scheduleBuild2(0).waitForStart();
        Path waiting = folder.getRoot().toPath().resolve("never.waiting");
        while (!Files.exists(waiting)) {
            assertTrue(build.isBuilding());
            Thread.sleep(50);
        }
        build.getExecutor().interrupt();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));
        assertTrue(ProcessHandle.allProcesses().noneMatch(process -> process.info()
                .commandLine()
                .filter(line -> line.contains("EngineProcess") && line.contains(jenkins.jenkins.getRootDir().getName()))
                .isPresent()));
    }

    private FreeStyleProject job(String dockerfile) throws Exception {
        ScriptedDistribution.install();
        Files.writeString(folder.getRoot().toPath().resolve("Dockerfile"), dockerfile);
        WindowsImageBuildStep step = new WindowsImageBuildStep("registry.example.com/${NAME}:$BUILD_NUMBER");
        step.setContext(folder.getRoot().getPath());
        step.setPush(true);
        FreeStyleProject job = jenkins.createFreeStyleProject();
        job.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("NAME", "app")));
        job.getBuildersList().add(new WindowsImageBuilder(step));
        return job;
    }
}
