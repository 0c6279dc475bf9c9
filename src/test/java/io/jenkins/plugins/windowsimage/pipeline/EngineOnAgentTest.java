package io.jenkins.plugins.windowsimage.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeFalse;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.Functions;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.util.Secret;
import io.jenkins.plugins.windowsimage.action.WindowsImageAction;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Outcome;
import io.jenkins.plugins.windowsimage.agent.SimulatedDistribution;
import io.jenkins.plugins.windowsimage.config.WindowsImageConfiguration;
import io.jenkins.plugins.windowsimage.engine.cli.SimulatedMain;
import io.jenkins.plugins.windowsimage.engine.registry.FaultyRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.jvnet.hudson.test.BuildWatcher;
import org.jvnet.hudson.test.InboundAgentRule;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.JenkinsSessionRule;

/** The real engine on a separate agent: RUN in a simulated Windows, pushes to a registry, and restarts of the controller meanwhile. */
public class EngineOnAgentTest {
    @ClassRule
    public static final BuildWatcher WATCHER = new BuildWatcher();

    private static final String TOKEN = "s3cr3t-of-the-feed";

    @Rule
    public final JenkinsSessionRule sessions = new JenkinsSessionRule();

    @Rule
    public final InboundAgentRule agents = new InboundAgentRule();

    @Rule
    public final FaultyRegistry registry = new FaultyRegistry();

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path context;

    @Before
    public void a_context_and_a_base_image() throws IOException {
        assumeFalse("Windows has the real thing, which RunOnWindowsTest uses", Functions.isWindows());
        context = folder.newFolder("context").toPath();
        Path layout = folder.getRoot().toPath().resolve("base");
        SimulatedMain.writeBase(layout, "10.0.20348.1");
        registry.serve("ltsc2022", layout);
    }

    @Test
    public void run_in_both_stages_makes_an_image_that_is_pushed() throws Throwable {
        sessions.then(j -> {
            WorkflowRun run = j.assertBuildStatusSuccess(j.waitForCompletion(start(j, """
                    FROM windows/base:ltsc2022 AS tools
                    RUN write C:/tool.txt made-by-run
                    FROM windows/base:ltsc2022
                    COPY --from=tools /tool.txt /
                    RUN echo told by a command
                    """, ", push: true")));
            j.assertLogContains("told by a command", run);
            WindowsImageRecord record = onlyRecord(run);
            assertEquals(registry.manifest("1").digest().toString(), record.digest());
            assertEquals("10.0.20348.1", record.osVersion());
            assertEquals("agent", record.agent());
            assertEquals(3, record.steps().size());
            assertTrue(record.steps().stream().filter(step -> step.text().startsWith("RUN")).allMatch(step -> step.exitCode() == 0));
            assertEquals(List.of(), leftInWindows());
        });
    }

    @Test
    public void a_command_that_fails_is_told_with_its_line_and_its_last_words() throws Throwable {
        sessions.then(j -> {
            WorkflowRun run = j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(start(j, """
                    FROM windows/base:ltsc2022
                    RUN echo all is well
                    RUN echoerr it breaks && exit 3
                    """, "")));
            WindowsImageRecord.Failure error = onlyRecord(run).error();
            assertEquals("run-step-failed", error.kind());
            assertEquals(Integer.valueOf(3), error.line());
            assertEquals(Integer.valueOf(3), error.exitCode());
            assertEquals(List.of("it breaks"), error.output());
            assertEquals("line 3 (RUN echoerr it breaks && exit 3): the command ended with exit code 3", error.message());
            j.assertLogContains("ERROR: " + error.message() + "\n", run);
            assertEquals(List.of(), leftInWindows());
        });
    }

    @Test
    public void a_restart_of_the_controller_in_the_middle_of_run_changes_nothing() throws Throwable {
        sessions.then(j -> {
            WorkflowRun run = start(j, "FROM windows/base:ltsc2022\nRUN echo begun && await " + context + "/go && echo over\n", "");
            await(context.resolve("go.waiting"), run);
        });
        Files.createFile(context.resolve("go"));
        sessions.then(j -> {
            WorkflowRun run = j.assertBuildStatusSuccess(j.waitForCompletion(lastRun(j)));
            String log = JenkinsRule.getLog(run);
            assertEquals(log, 1, log.lines().filter("#1 | begun"::equals).count());
            assertEquals(log, 1, log.lines().filter("#1 | over"::equals).count());
            assertEquals(Outcome.SUCCESS, onlyRecord(run).result());
            assertEquals(List.of(), leftInWindows());
        });
    }

    @Test
    public void an_abort_in_the_middle_of_run_leaves_nothing_in_windows() throws Throwable {
        sessions.then(j -> {
            WorkflowRun run = start(j, "FROM windows/base:ltsc2022\nRUN await " + context + "/never\n", "");
            await(context.resolve("never.waiting"), run);
            run.getExecutor().interrupt();
            j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(run));
            assertEquals(Outcome.CANCELLED, onlyRecord(run).result());
            assertEquals(List.of(), leftInWindows());
        });
    }

    @Test
    public void a_restart_of_the_controller_in_the_middle_of_an_upload_uploads_nothing_twice() throws Throwable {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch may = new CountDownLatch(1);
        registry.next("PUT", ".*/blobs/uploads/.*", registry.held(arrived, may));
        sessions.then(j -> {
            start(j, "FROM scratch\nCOPY Dockerfile /\n", ", push: true");
            arrived.await();
        });
        may.countDown();
        sessions.then(j -> {
            WorkflowRun run = j.assertBuildStatusSuccess(j.waitForCompletion(lastRun(j)));
            assertEquals(registry.manifest("1").digest().toString(), onlyRecord(run).digest());
            j.assertLogContains("Pushed " + registry.host() + "/team/app:1@" + registry.manifest("1").digest(), run);
            assertEquals("layer and config", 2, registry.count("PUT", ".*/blobs/uploads/.*"));
        });
    }

    @Test
    public void a_secret_that_run_prints_is_nowhere_on_controller_and_agent() throws Throwable {
        sessions.then(j -> {
            SystemCredentialsProvider store = SystemCredentialsProvider.getInstance();
            store.getCredentials()
                    .add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "feed", "", Secret.fromString(TOKEN)));
            store.save();
            WorkflowRun run = start(
                    j,
                    "FROM windows/base:ltsc2022\nRUN --mount=type=secret,id=feed,target=C:/feed --mount=type=secret,id=feed,env=FEED "
                            + "type C:/feed && env FEED && await " + context + "/go && exit 1\n",
                    ", secrets: [secret(id: 'feed', credentialsId: 'feed')], metadataFile: 'image.json'");
            await(context.resolve("go.waiting"), run);
            j.waitForMessage("****", run);
            assertThat(filesWithTheToken(j), empty());
            Files.createFile(context.resolve("go"));
            j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(run));
            assertThat(onlyRecord(run).error().output().toString(), containsString("****"));
            assertThat(filesWithTheToken(j), empty());
        });
    }

    /** In Jenkins' home and everywhere below the agent's root, but for the mount that RUN reads the secret from. */
    private List<Path> filesWithTheToken(JenkinsRule j) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path root : List.of(sessions.getHome().toPath(), agentRoot(j), context)) {
            found.addAll(FileSearch.filesWith(root, List.of(TOKEN)));
        }
        return found;
    }

    /** Starts a build of this Dockerfile on a separate agent. */
    private WorkflowRun start(JenkinsRule j, String dockerfile, String more) throws Exception {
        SimulatedDistribution.install();
        WindowsImageConfiguration.get().setInsecureRegistries(registry.host());
        WindowsImageConfiguration.get().setStorageRoot(folder.getRoot().toPath().resolve("store").toString());
        agents.createAgent(j, InboundAgentRule.Options.newBuilder().name("agent").build());
        Files.writeString(context.resolve("Dockerfile"), dockerfile.replace("windows/base", registry.host() + "/windows/base"));
        WorkflowJob job = j.createProject(WorkflowJob.class, "job");
        job.setDefinition(new CpsFlowDefinition(
                "node('agent') { withEnv(['" + SimulatedMain.REPORT_VARIABLE + "=" + report() + "']) { windowsImageBuild(tags: '"
                        + registry.host() + "/team/app:1', context: '" + context + "'" + more + ") } }",
                true));
        return job.scheduleBuild2(0).waitForStart();
    }

    /** Waits until a file is there, or the build is over. */
    private static void await(Path file, WorkflowRun run) throws InterruptedException, IOException {
        while (!Files.exists(file) && run.isBuilding()) {
            Thread.sleep(50);
        }
        assertTrue(JenkinsRule.getLog(run), Files.exists(file));
    }

    private Path report() {
        return folder.getRoot().toPath().resolve("left-in-windows");
    }

    private List<String> leftInWindows() throws IOException {
        return Files.readAllLines(report());
    }

    private static WorkflowRun lastRun(JenkinsRule j) {
        return j.jenkins.getItemByFullName("job", WorkflowJob.class).getLastBuild();
    }

    private static Path agentRoot(JenkinsRule j) {
        return Path.of(((DumbSlave) j.jenkins.getNode("agent")).getRemoteFS());
    }

    private static WindowsImageRecord onlyRecord(WorkflowRun run) {
        List<WindowsImageRecord> records = run.getAction(WindowsImageAction.class).records();
        assertThat(records, hasSize(1));
        return records.get(0);
    }
}
