package io.jenkins.plugins.windowsimage.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.Functions;
import hudson.model.Node;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.util.Secret;
import io.jenkins.plugins.windowsimage.action.WindowsImageAction;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Outcome;
import io.jenkins.plugins.windowsimage.agent.ScriptedDistribution;
import io.jenkins.plugins.windowsimage.agent.worker.EngineProcess;
import io.jenkins.plugins.windowsimage.agent.worker.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.jvnet.hudson.test.BuildWatcher;
import org.jvnet.hudson.test.InboundAgentRule;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.JenkinsSessionRule;

/** The engine's process against whatever happens to it, to its agent and to the controller. */
public class EngineProcessTest {
    @ClassRule
    public static final BuildWatcher WATCHER = new BuildWatcher();

    private static final String PASSWORD = "pass$word\"with'7odd\\characters";
    private static final String TEXT = "s3cr3t-text-of-the-build";

    @Rule
    public final JenkinsSessionRule sessions = new JenkinsSessionRule();

    @Rule
    public final InboundAgentRule agents = new InboundAgentRule();

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void a_build_survives_a_restart_of_the_controller_with_its_whole_log() throws Throwable {
        Path context = folder.newFolder("context").toPath();
        sessions.then(j -> {
            start(j, context, "PRINT before\nWAIT go\nPRINT after", "");
        });
        Files.createFile(context.resolve("go"));
        sessions.then(j -> {
            WorkflowRun run = j.assertBuildStatusSuccess(j.waitForCompletion(lastRun(j)));
            String log = JenkinsRule.getLog(run);
            assertEquals(1, log.lines().filter("before"::equals).count());
            assertEquals(1, log.lines().filter("seen go"::equals).count());
            assertEquals(1, log.lines().filter("after"::equals).count());
            assertEquals(Outcome.SUCCESS, onlyRecord(run).result());
            assertEquals("agent", onlyRecord(run).agent());
        });
    }

    @Test
    public void a_push_that_is_tried_again_survives_a_restart_of_the_controller() throws Throwable {
        Path context = folder.newFolder("context").toPath();
        sessions.then(j -> {
            WorkflowRun run = start(j, context, "FAILONCE push-failed The registry hung up\nWAIT go", "", ", push: true");
            j.assertLogContains("Next try in 5 seconds (1 of 2)", run);
        });
        sessions.then(j -> {
            WorkflowRun run = lastRun(j);
            Files.createFile(context.resolve("go"));
            j.assertBuildStatusSuccess(j.waitForCompletion(run));
            j.assertLogContains("Pushed docker.io/library/app:1@sha256:", run);
            assertEquals(Outcome.SUCCESS, onlyRecord(run).result());
        });
    }

    @Test
    public void a_build_survives_the_loss_of_the_agents_connection() throws Throwable {
        Path context = folder.newFolder("context").toPath();
        sessions.then(j -> {
            WorkflowRun run = start(j, context, "PRINT before\nWAIT go\nPRINT after", "");
            agents.stop(j, "agent");
            Files.createFile(context.resolve("go"));
            agents.start(j, "agent");
            j.assertBuildStatusSuccess(j.waitForCompletion(run));
            j.assertLogContains("before\n", run);
            j.assertLogContains("after\n", run);
            assertEquals(Outcome.SUCCESS, onlyRecord(run).result());
        });
    }

    @Test
    public void an_abort_stops_the_engine_and_leaves_nothing() throws Throwable {
        Path context = folder.newFolder("context").toPath();
        sessions.then(j -> {
            WorkflowRun run = start(j, context, "WAIT never", "");
            run.getExecutor().interrupt();
            j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(run));
            assertNothingIsLeft(j);
        });
    }

    @Test
    public void a_timeout_stops_even_an_engine_that_does_not_react() throws Throwable {
        Path context = folder.newFolder("context").toPath();
        sessions.then(j -> {
            WorkflowRun run = start(j, context, "STUBBORN\nWAIT never", "timeout(time: 3, unit: 'SECONDS')");
            ProcessHandle engine = process(EngineProcess.class, j).orElseThrow();
            j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(run));
            engine.onExit().get(10, TimeUnit.SECONDS);
        });
    }

    @Test
    public void an_engine_that_is_killed_is_told_with_its_exit_code() throws Throwable {
        Path context = folder.newFolder("context").toPath();
        sessions.then(j -> {
            WorkflowRun run = start(j, context, "WAIT never", "");
            process(EngineProcess.class, j).orElseThrow().destroyForcibly();
            j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(run));
            j.assertLogContains("The engine ended with exit code", run);
        });
    }

    @Test
    public void a_process_that_is_gone_is_noticed_soon_and_can_be_retried() throws Throwable {
        Path context = folder.newFolder("context").toPath();
        sessions.then(j -> {
            WorkflowRun run = start(j, context, "WAIT never", "retry(conditions: [agent()], count: 2)");
            long killed = System.nanoTime();
            kill(j);
            j.waitForMessage("is gone without a result", run);
            long seconds = (System.nanoTime() - killed) / 1_000_000_000;
            assertTrue("noticed after " + seconds + " s", seconds < 30);
            Files.delete(context.resolve("never.waiting"));
            Files.createFile(context.resolve("never"));
            j.assertBuildStatusSuccess(j.waitForCompletion(run));
            List<WindowsImageRecord> records =
                    run.getAction(WindowsImageAction.class).records();
            assertThat(records, hasSize(2));
            assertEquals("process-lost", records.get(0).error().kind());
        });
    }

    private static void kill(JenkinsRule j) {
        // The supervisor first, so that nobody is left to tell how the engine ended.
        process(Supervisor.class, j).orElseThrow().destroyForcibly();
    }

    @Test
    public void secrets_are_nowhere_but_in_the_process() throws Throwable {
        Path context = folder.newFolder("context").toPath();
        sessions.then(j -> {
            SystemCredentialsProvider store = SystemCredentialsProvider.getInstance();
            store.getCredentials()
                    .add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, "login", "", "robot", PASSWORD));
            store.getCredentials()
                    .add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "text", "", Secret.fromString(TEXT)));
            store.save();
            WorkflowRun run = start(
                    j,
                    context,
                    "ARGUMENTS\nPRINT secret ${WINDOWS_IMAGE_SECRET_0} login ${WINDOWS_IMAGE_REGISTRY_AUTH}\n"
                            + "WAIT go\nFAIL run-step-failed leaked ${WINDOWS_IMAGE_SECRET_0}",
                    "",
                    ", registries: [registry(url: 'registry.example.com', credentialsId: 'login')], "
                            + "secrets: [secret(id: 'token', credentialsId: 'text')], metadataFile: 'image.json'");
            j.waitForMessage("secret ****", run);
            assertSecretsAreNowhere(j);
            Files.createFile(context.resolve("go"));
            j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(run));
            j.assertLogContains("--secret=id=token,env=WINDOWS_IMAGE_SECRET_0", run);
            j.assertLogContains("leaked ****", run);
            assertEquals("leaked **** ", onlyRecord(run).error().message() + " ");
            assertSecretsAreNowhere(j);
        });
    }

    private void assertSecretsAreNowhere(JenkinsRule j) throws IOException {
        for (Path root : List.of(sessions.getHome().toPath(), folder.getRoot().toPath(), agentRoot(j))) {
            assertThat(FileSearch.filesWith(root, List.of(PASSWORD, TEXT, "7odd")), empty());
        }
    }

    private WorkflowRun start(JenkinsRule j, Path context, String dockerfile, String around) throws Exception {
        return start(j, context, dockerfile, around, "");
    }

    /** Starts a build on a separate agent, and waits until its engine waits, if it does. */
    private WorkflowRun start(JenkinsRule j, Path context, String dockerfile, String around, String more)
            throws Exception {
        assumeTrue("the agent is looked at with the means of Unix", !Functions.isWindows());
        ScriptedDistribution.install();
        agents.createAgent(j, InboundAgentRule.Options.newBuilder().name("agent").build());
        Files.writeString(context.resolve("Dockerfile"), dockerfile);
        WorkflowJob job = j.createProject(WorkflowJob.class, "job");
        job.setDefinition(new CpsFlowDefinition(
                "node('agent') { " + (around.isEmpty() ? "" : around + " {") + " windowsImageBuild(tags: 'app:1', context: '"
                        + context + "'" + more + ") }" + (around.isEmpty() ? "" : "}"),
                true));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        Optional<String> wait = dockerfile.lines().filter(line -> line.startsWith("WAIT ")).findFirst();
        if (wait.isPresent()) {
            Path waiting = context.resolve(wait.get().substring(5) + ".waiting");
            while (!Files.exists(waiting) && run.isBuilding()) {
                Thread.sleep(50);
            }
            assertTrue(JenkinsRule.getLog(run), Files.exists(waiting));
        }
        return run;
    }

    private static WorkflowRun lastRun(JenkinsRule j) {
        return j.jenkins.getItemByFullName("job", WorkflowJob.class).getLastBuild();
    }

    private static void assertNothingIsLeft(JenkinsRule j) throws Exception {
        assertFalse(process(EngineProcess.class, j).isPresent());
        Optional<ProcessHandle> supervisor = process(Supervisor.class, j);
        if (supervisor.isPresent()) {
            // It writes the exit code last, and then ends itself.
            supervisor.get().onExit().get(10, TimeUnit.SECONDS);
        }
        Path temporary = agentRoot(j).resolve("workspace/job@tmp");
        if (Files.isDirectory(temporary)) {
            try (Stream<Path> left = Files.list(temporary)) {
                assertThat(left.toList(), empty());
            }
        }
    }

    /** The process of this class that works for the agent of this test. */
    private static Optional<ProcessHandle> process(Class<?> main, JenkinsRule j) {
        String root = agentRoot(j).toString();
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains(main.getName() + " ") && line.contains(root))
                        .isPresent())
                .findFirst();
    }

    private static Path agentRoot(JenkinsRule j) {
        Node node = j.jenkins.getNode("agent");
        assertNotNull(node);
        return Path.of(((DumbSlave) node).getRemoteFS());
    }

    private static WindowsImageRecord onlyRecord(WorkflowRun run) {
        List<WindowsImageRecord> records = run.getAction(WindowsImageAction.class).records();
        assertThat(records, hasSize(1));
        return records.get(0);
    }
}
