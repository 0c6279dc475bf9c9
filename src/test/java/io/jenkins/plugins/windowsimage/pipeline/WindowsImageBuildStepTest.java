package io.jenkins.plugins.windowsimage.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import hudson.FilePath;
import hudson.model.Result;
import io.jenkins.plugins.windowsimage.action.WindowsImageAction;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Outcome;
import io.jenkins.plugins.windowsimage.agent.EngineDistribution;
import io.jenkins.plugins.windowsimage.agent.ScriptedDistribution;
import io.jenkins.plugins.windowsimage.agent.ScriptedEngine;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Test;
import org.jvnet.hudson.test.BuildWatcher;
import org.jvnet.hudson.test.JenkinsRule;

public class WindowsImageBuildStepTest {
    @ClassRule
    public static final BuildWatcher WATCHER = new BuildWatcher();

    @ClassRule
    public static final JenkinsRule JENKINS = new JenkinsRule();

    @Before
    public void script_the_engine() throws Exception {
        if (!(EngineDistribution.get() instanceof ScriptedDistribution)) {
            ScriptedDistribution.install();
        }
    }

    @Test
    public void a_declarative_pipeline_builds_and_pushes_without_a_script_block() throws Exception {
        WorkflowRun run = JENKINS.buildAndAssertSuccess(job("""
                pipeline {
                    agent any
                    stages {
                        stage('Image') {
                            steps {
                                writeFile file: 'Dockerfile', text: 'ARGUMENTS'
                                windowsImageBuild tags: ['registry.example.com/app:1', 'app'], push: true, cpus: '2', memory: '4g',
                                    buildArgs: [VERSION: '1.0', EMPTY: ''], metadataFile: 'out/image.json'
                                echo readFile('out/image.json')
                            }
                        }
                    }
                }
                """));
        JENKINS.assertLogContains("--tag=registry.example.com/app:1\n--tag=docker.io/library/app:latest\n", run);
        JENKINS.assertLogContains("--build-arg=VERSION=1.0\n--build-arg=EMPTY=\n", run);
        JENKINS.assertLogContains("--cpus=2", run);
        JENKINS.assertLogContains("\"containerimage.digest\" : \"" + ScriptedEngine.DIGEST, run);
        JENKINS.assertLogContains("Pushed registry.example.com/app:1@sha256:", run);
        WindowsImageRecord record = onlyRecord(run);
        assertEquals("Image", record.stage());
        assertEquals("", record.agent());
        assertEquals(Outcome.SUCCESS, record.result());
    }

    @Test
    public void the_value_can_be_used_in_the_sandbox() throws Exception {
        WorkflowRun run = JENKINS.buildAndAssertSuccess(job("""
                node {
                    writeFile file: 'Dockerfile', text: ''
                    def image = windowsImageBuild(tags: 'registry.example.com/app:1', push: true)
                    echo "got ${image.digest} ${image.imageId} ${image.tags[0]} ${image.size} ${image.layerCount} ${image.osVersion}"
                    echo "of ${image.buildId} ${image.architecture} ${image.baseImage} ${image.baseDigest} ${image.durationMillis}"
                    echo "at ${image.reference} ${image.references.size()} ${image.cachedSteps}/${image.totalSteps} ${image}"
                }
                """));
        JENKINS.assertLogContains("got " + ScriptedEngine.DIGEST + " " + ScriptedEngine.CONFIG_DIGEST
                + " registry.example.com/app:1 42 1 10.0.20348.2227", run);
        JENKINS.assertLogContains("amd64 base:1", run);
        JENKINS.assertLogContains("at registry.example.com/app@" + ScriptedEngine.DIGEST + " 1 1/2 registry", run);
    }

    @Test
    public void names_alone_are_enough() throws Exception {
        WorkflowRun run = JENKINS.buildAndAssertSuccess(job("""
                node {
                    writeFile file: 'Dockerfile', text: 'ARGUMENTS'
                    windowsImageBuild(['a:1', 'b:1'])
                    windowsImageBuild 'c:1'
                    windowsImagePush 'c:1'
                }
                """));
        JENKINS.assertLogContains("--tag=docker.io/library/a:1\n--tag=docker.io/library/b:1\n", run);
        JENKINS.assertLogContains("--tag=docker.io/library/c:1\n", run);
    }

    @Test
    public void branches_build_at_the_same_time_on_one_agent() throws Exception {
        WorkflowRun run = JENKINS.buildAndAssertSuccess(job("""
                node {
                    dir('a') { writeFile file: 'Dockerfile', text: 'WAIT ../b/go.waiting' }
                    dir('b') { writeFile file: 'Dockerfile', text: 'WAIT go' }
                    parallel(
                        a: { windowsImageBuild(tags: 'a:1', context: 'a'); dir('b') { writeFile file: 'go', text: '' } },
                        b: { windowsImageBuild(tags: 'b:1', context: 'b') })
                }
                """));
        List<WindowsImageRecord> records = run.getAction(WindowsImageAction.class).records();
        assertThat(records, hasSize(2));
        assertEquals("a", records.get(0).stage());
        assertEquals("b", records.get(1).stage());
    }

    @Test
    public void a_failed_instruction_fails_the_step_and_is_remembered() throws Exception {
        WorkflowRun run = JENKINS.buildAndAssertStatus(Result.FAILURE, job(script("FAIL run-step-failed It broke", "")));
        JENKINS.assertLogContains("ERROR: It broke (line 7 of the Dockerfile)", run);
        WindowsImageRecord record = onlyRecord(run);
        assertEquals(Outcome.FAILURE, record.result());
        assertEquals(List.of("It broke", "last line"), record.error().output());
        assertEquals(Integer.valueOf(7), record.error().line());
    }

    @Test
    public void a_failed_push_is_tried_again_with_nothing_built_anew() throws Exception {
        WorkflowRun run = JENKINS.buildAndAssertSuccess(
                job(script("ARGUMENTS\nFAILONCE push-failed The registry hung up", ", push: true, noCache: true")));
        JENKINS.assertLogContains("Next try in 5 seconds (1 of 2)", run);
        String log = JenkinsRule.getLog(run);
        assertThat(log, containsString("--no-cache"));
        assertThat(log.substring(log.indexOf("Next try")), not(containsString("--no-cache")));
        assertEquals(Outcome.SUCCESS, onlyRecord(run).result());
    }

    @Test
    public void wrong_parameters_are_refused_before_anything_starts() throws Exception {
        refused("windowsImageBuild(tags: 'UPPER')", "is not an image reference");
        refused("windowsImageBuild(tags: '')", "The parameter tags is missing");
        refused("windowsImageBuild(tags: 'a', isolation: 'x')", "isolation must be one of auto, process, hyperv, not \"x\".");
        refused("windowsImageBuild(tags: 'a', memory: 'lots')", "memory has not the form it must have");
        refused("windowsImageBuild(tags: 'a', pushRetries: 99)", "pushRetries must be between 0 and 10");
        refused("windowsImageBuild(tags: 'a', buildArgs: [A: 'x\\ny'])", "A value of buildArgs has a line break");
        refused("windowsImageBuild(tags: 'a', secrets: [secret(id: 'a,src=/etc/passwd', credentialsId: 'x')])",
                "is not the id of a secret");
        refused("windowsImageBuild(tags: 'a', secrets: [secret(id: 'a', credentialsId: 'x')])",
                "There are no credentials \"x\" that this job can use.");
        refused("windowsImageBuild(tags: 'a', registries: [registry(url: 'a b', credentialsId: 'x')])",
                "does not name a registry");
        refused("windowsImageBuild(tags: 'a', osVersion: 'ltsc2022')", "osVersion has not the form it must have");
        refused("windowsImagePush(image: '@file')", "is not an image reference");
        refused("windowsImagePush(image: 'a', pushRetries: -1)", "pushRetries must be between 0 and 10");
        refused("windowsImagePrune(olderThan: 'x y')", "olderThan has not the form");
    }

    private static void refused(String step, String why) throws Exception {
        WorkflowRun run = JENKINS.buildAndAssertStatus(Result.FAILURE, job("node { " + step + " }"));
        JENKINS.assertLogContains(why, run);
    }

    @Test
    public void the_companions_tell_the_engine_what_to_do() throws Exception {
        WorkflowRun run = JENKINS.buildAndAssertSuccess(job("""
                pipeline {
                    agent any
                    stages {
                        stage('All') {
                            steps {
                                windowsImagePush image: 'app:1', to: ['registry.example.com/app:1'], metadataFile: 'push.json'
                                windowsImageTag image: 'app:1', tags: ['app:2', 'app:3'], push: true, metadataFile: 'tag.json'
                                windowsImageIndex name: 'app:all', images: ['app:1', 'app:2'], push: true, metadataFile: 'out/index.json'
                                echo "${readFile('push.json')} ${readFile('tag.json')} ${readFile('out/index.json')}"
                                windowsImagePrune olderThan: '7d', keepStorage: '20g', all: true
                            }
                        }
                    }
                }
                """));
        JENKINS.assertLogContains("app:1 registry.example.com/app:1\n", run);
        JENKINS.assertLogContains("--push app:1 docker.io/library/app:2 docker.io/library/app:3\n", run);
        JENKINS.assertLogContains("--push docker.io/library/app:all app:1 app:2\n", run);
        JENKINS.assertLogContains("did prune --older-than=7d --keep-storage=20g --all\n", run);
        assertThat(run.getAction(WindowsImageAction.class).records(), hasSize(3));
        String digest = "\"containerimage.digest\" : \"" + ScriptedEngine.DIGEST + "\"";
        assertEquals(3, JenkinsRule.getLog(run).lines().filter(line -> line.contains(digest)).count());
    }

    @Test
    public void statements_and_a_windows_version_are_asked_of_the_engine() throws Exception {
        WorkflowRun run = JENKINS.buildAndAssertSuccess(
                job(script("ARGUMENTS", ", sbom: true, provenance: true, osVersion: '10.0.20348'")));
        JENKINS.assertLogContains("--os-version=10.0.20348\n", run);
        JENKINS.assertLogContains("--sbom\n--provenance\n", run);
    }

    @Test
    public void a_quiet_build_leaves_no_output_but_its_failure() throws Exception {
        WorkflowRun run = JENKINS.buildAndAssertStatus(
                Result.FAILURE, job(script("PRINT chatter\nFAIL run-step-failed It broke", ", quiet: true")));
        JENKINS.assertLogNotContains("chatter", run);
        JENKINS.assertLogContains("It broke (line 7", run);
    }

    @Test
    public void all_of_a_long_log_arrives() throws Exception {
        WorkflowRun run = JENKINS.buildAndAssertSuccess(job(script("LINES 200000", "")));
        String log = JenkinsRule.getLog(run);
        assertEquals(200_000, log.lines().filter(line -> line.startsWith("line number ")).count());
        assertTrue(log.contains("line number 200000\n"));
    }

    @Test
    public void a_crash_without_result_is_told() throws Exception {
        WorkflowRun run = JENKINS.buildAndAssertStatus(Result.FAILURE, job(script("CRASH", "")));
        JENKINS.assertLogContains("The engine ended with exit code 77 and no result", run);
        assertEquals("engine-failed", onlyRecord(run).error().kind());
    }

    @Test
    public void nothing_is_left_beside_the_workspace() throws Exception {
        WorkflowJob job = job(script("PRINT hello", ""));
        JENKINS.buildAndAssertSuccess(job);
        FilePath workspace = JENKINS.jenkins.getWorkspaceFor(job);
        FilePath temporary = workspace.sibling(workspace.getName() + "@tmp");
        assertFalse(temporary.exists() && !temporary.list().isEmpty());
    }

    @Test
    public void engines_that_no_build_has_used_for_a_month_are_removed_from_the_agent() throws Exception {
        FilePath cache = JENKINS.jenkins.getRootPath().child("caches/windows-image-build");
        FilePath old = cache.child("00".repeat(32)).child("engine.jar");
        FilePath recent = cache.child("11".repeat(32)).child("engine.jar");
        for (FilePath jar : List.of(old, recent)) {
            jar.write("not used by this version", "UTF-8");
        }
        old.touch(System.currentTimeMillis() - TimeUnit.DAYS.toMillis(31));
        for (int build = 0; build < 2; build++) {
            JENKINS.buildAndAssertSuccess(job(script("PRINT hello", "")));
        }
        assertFalse(old.getParent().exists());
        assertTrue(recent.exists());
    }

    static String script(String dockerfile, String more) {
        return "node { writeFile file: 'Dockerfile', text: '''" + dockerfile + "'''; windowsImageBuild(tags: 'app:1'" + more
                + ") }";
    }

    private static WorkflowJob job(String script) throws Exception {
        WorkflowJob job = JENKINS.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    private static WindowsImageRecord onlyRecord(WorkflowRun run) {
        List<WindowsImageRecord> records = run.getAction(WindowsImageAction.class).records();
        assertThat(records, hasSize(1));
        return records.get(0);
    }
}
