package io.jenkins.plugins.windowsimage.pipeline;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import hudson.model.Result;
import io.jenkins.plugins.windowsimage.config.WindowsImageConfiguration;
import io.jenkins.plugins.windowsimage.engine.cli.Skopeo;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.registry.DockerRegistry;
import io.jenkins.plugins.windowsimage.engine.registry.FaultyRegistry;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.jvnet.hudson.test.InboundAgentRule;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.RealJenkinsRule;

/** The plugin with its own class loader in a Jenkins that is a process of its own, with an agent that is another. */
public class RealJenkinsTest {
    @Rule
    public final RealJenkinsRule jenkins = new RealJenkinsRule();

    @Rule
    public final InboundAgentRule agents = new InboundAgentRule();

    @Rule
    public final DockerRegistry registry = DockerRegistry.open();

    @Rule
    public final FaultyRegistry slow = new FaultyRegistry();

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void a_declarative_pipeline_on_an_agent_publishes_the_digest_that_the_registry_has() throws Throwable {
        jenkins.startJenkins();
        schedule(registry.host());
        jenkins.runRemotely((RealJenkinsRule.Step) RealJenkinsTest::awaitSuccess);
        JsonNode image = image();
        assertEquals("success", image.get("result").asText().toLowerCase());
        assertEquals("agent", image.get("agent").asText());
        byte[] manifest = Skopeo.manifest("docker://" + registry.host() + "/team/app:1", "--tls-verify=false");
        assertEquals(Digest.of(manifest).toString(), image.get("digest").asText());
    }

    @Test
    public void a_push_goes_on_while_the_controllers_process_is_replaced() throws Throwable {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch may = new CountDownLatch(1);
        slow.next("PUT", ".*/blobs/uploads/.*", slow.held(arrived, may));
        jenkins.startJenkins();
        schedule(slow.host());
        arrived.await();
        jenkins.stopJenkins();
        may.countDown();
        jenkins.startJenkins();
        jenkins.runRemotely((RealJenkinsRule.Step) RealJenkinsTest::awaitSuccess);
        assertEquals(slow.manifest("1").digest().toString(), image().get("digest").asText());
        assertEquals("layer and config", 2, slow.count("PUT", ".*/blobs/uploads/.*"));
    }

    private void schedule(String host) throws Throwable {
        agents.createAgent(jenkins, InboundAgentRule.Options.newBuilder().name("agent").build());
        Path context = folder.newFolder("context").toPath();
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
        String store = folder.getRoot().toPath().resolve("store").toString();
        String script = """
                pipeline {
                    agent { label 'agent' }
                    stages {
                        stage('Image') {
                            steps {
                                windowsImageBuild tags: ['HOST/team/app:1'], context: 'CONTEXT', push: true
                            }
                        }
                    }
                }
                """.replace("HOST", host).replace("CONTEXT", context.toString());
        jenkins.runRemotely((RealJenkinsRule.Step) j -> start(j, script, host, store));
    }

    private static void start(JenkinsRule j, String script, String host, String store) throws Exception {
        WindowsImageConfiguration.get().setInsecureRegistries(host);
        WindowsImageConfiguration.get().setStorageRoot(store);
        WorkflowJob job = j.createProject(WorkflowJob.class, "job");
        job.setDefinition(new CpsFlowDefinition(script, true));
        job.scheduleBuild2(0).waitForStart();
    }

    private static void awaitSuccess(JenkinsRule j) throws Exception {
        WorkflowRun run = j.jenkins.getItemByFullName("job", WorkflowJob.class).getLastBuild();
        j.waitForCompletion(run);
        assertEquals(JenkinsRule.getLog(run), Result.SUCCESS, run.getResult());
    }

    /** The only image of the build, as programs are told of it. */
    private JsonNode image() throws IOException {
        URL url = new URL(jenkins.getUrl(), "job/job/1/windows-images/api/json");
        JsonNode images = JsonMapper.builder().build().readTree(url).get("images");
        assertTrue(images.toString(), images.size() == 1);
        return images.get(0);
    }
}
