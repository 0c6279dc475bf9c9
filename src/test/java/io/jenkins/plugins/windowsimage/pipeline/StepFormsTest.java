package io.jenkins.plugins.windowsimage.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.AbstractProject;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import hudson.util.Secret;
import io.jenkins.plugins.windowsimage.config.BuildSecret;
import io.jenkins.plugins.windowsimage.config.Registry;
import io.jenkins.plugins.windowsimage.freestyle.WindowsImageBuilder;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.structs.describable.DescribableParameter;
import org.jenkinsci.plugins.workflow.cps.Snippetizer;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.TestExtension;
import org.kohsuke.stapler.DataBoundConstructor;

public class StepFormsTest {
    @ClassRule
    public static final JenkinsRule JENKINS = new JenkinsRule();

    @Before
    public void credentials() throws Exception {
        List<com.cloudbees.plugins.credentials.Credentials> all =
                SystemCredentialsProvider.getInstance().getCredentials();
        all.clear();
        all.add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, "login", "", "robot", "a-long-password"));
        all.add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "text", "", Secret.fromString("t")));
        JENKINS.jenkins.setSecurityRealm(JENKINS.createDummySecurityRealm());
        JENKINS.jenkins.setAuthorizationStrategy(null);
    }

    @Test
    public void every_parameter_of_a_build_survives_its_form() throws Exception {
        WindowsImageBuildStep step = fullStep();
        WindowsImageBuildStep back = throughItsForm(step);
        assertSame(step, back);
    }

    @Test
    public void defaults_survive_their_forms() throws Exception {
        assertSame(new WindowsImageBuildStep("a:1"), throughItsForm(new WindowsImageBuildStep("a:1")));
        assertSame(new WindowsImagePushStep("a:1"), throughItsForm(new WindowsImagePushStep("a:1")));
        assertSame(new WindowsImageTagStep("a:1", "a:2"), throughItsForm(new WindowsImageTagStep("a:1", "a:2")));
        assertSame(
                new WindowsImageIndexStep("a:all", "a:1\na:2"),
                throughItsForm(new WindowsImageIndexStep("a:all", "a:1\na:2")));
        assertSame(new WindowsImagePruneStep(), throughItsForm(new WindowsImagePruneStep()));
    }

    @Test
    public void companions_survive_their_forms() throws Exception {
        WindowsImagePushStep push = new WindowsImagePushStep("a:1");
        push.setTo("b:1\nc:1");
        push.setPushRetries(5);
        push.setMetadataFile("push.json");
        push.setRegistries(List.of(new Registry("registry.example.com", "login")));
        assertSame(push, throughItsForm(push));
        WindowsImageTagStep tag = new WindowsImageTagStep("a:1", "a:2\na:3");
        tag.setPush(true);
        tag.setQuiet(true);
        tag.setMetadataFile("tag.json");
        assertSame(tag, throughItsForm(tag));
        WindowsImageIndexStep index = new WindowsImageIndexStep("a:all", "a:1\na:2");
        index.setPush(true);
        index.setLabel("the index");
        index.setMetadataFile("index.json");
        assertSame(index, throughItsForm(index));
        WindowsImagePruneStep prune = new WindowsImagePruneStep();
        prune.setOlderThan("7d");
        prune.setKeepStorage("20g");
        prune.setAll(true);
        assertSame(prune, throughItsForm(prune));
    }

    @Test
    public void the_freestyle_build_step_survives_its_form() throws Exception {
        FreeStyleProject job = JENKINS.createFreeStyleProject();
        job.getBuildersList().add(new WindowsImageBuilder(fullStep()));
        JENKINS.configRoundtrip(job);
        assertSame(fullStep(), job.getBuildersList().get(WindowsImageBuilder.class).getImage());
    }

    @Test
    public void snippets_are_what_a_person_would_write() {
        assertEquals(
                "windowsImageBuild buildArgs: [A: '1', B: 'x=y'], cacheFrom: ['type=local,src=a', 'type=local,src=b'], push: true,"
                        + " registries: [registry(credentialsId: 'login', url: 'registry.example.com')],"
                        + " secrets: [secret(credentialsId: 'text', id: 'token')], tags: ['a:1', 'b:2']",
                Snippetizer.object2Groovy(snippetStep()));
        assertEquals("windowsImageBuild(['a:1'])", Snippetizer.object2Groovy(new WindowsImageBuildStep("a:1")));
        assertEquals("windowsImagePush 'a:1'", Snippetizer.object2Groovy(new WindowsImagePushStep("a:1")));
        assertEquals(
                "windowsImageTag image: 'a:1', tags: ['a:2', 'a:3']",
                Snippetizer.object2Groovy(new WindowsImageTagStep("a:1", "a:2\na:3")));
        assertEquals(
                "windowsImageIndex images: ['a:1', 'a:2'], name: 'a:all'",
                Snippetizer.object2Groovy(new WindowsImageIndexStep("a:all", "a:1\na:2")));
        assertEquals("windowsImagePrune()", Snippetizer.object2Groovy(new WindowsImagePruneStep()));
    }

    private static WindowsImageBuildStep snippetStep() {
        WindowsImageBuildStep step = new WindowsImageBuildStep("a:1\nb:2");
        step.setBuildArgs("A=1\nB=x=y");
        step.setCacheFrom("type=local,src=a\ntype=local,src=b");
        step.setPush(true);
        step.setRegistries(List.of(new Registry("registry.example.com", "login")));
        step.setSecrets(List.of(new BuildSecret("token", "text")));
        return step;
    }

    @Test
    public void every_field_has_help() {
        List<String> missing = new ArrayList<>();
        for (Class<?> type : List.of(
                WindowsImageBuildStep.class,
                WindowsImagePushStep.class,
                WindowsImageTagStep.class,
                WindowsImageIndexStep.class,
                WindowsImagePruneStep.class,
                Registry.class,
                BuildSecret.class)) {
            for (DescribableParameter parameter : DescribableModel.of(type).getParameters()) {
                boolean unused = type == WindowsImagePruneStep.class && parameter.getName().equals("registries");
                if (!unused && type.getResource(type.getSimpleName() + "/help-" + parameter.getName() + ".html") == null) {
                    missing.add(type.getSimpleName() + "." + parameter.getName());
                }
            }
        }
        assertThat(missing, empty());
    }

    @Test
    public void checks_speak_to_those_who_may_configure_and_to_nobody_else() throws Exception {
        FreeStyleProject job = JENKINS.createFreeStyleProject();
        JENKINS.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ).everywhere().to("reader")
                .grant(Jenkins.READ, Item.READ, Item.CONFIGURE, Item.EXTENDED_READ).everywhere().to("owner"));
        WindowsImageBuildStep.DescriptorImpl build =
                JENKINS.jenkins.getDescriptorByType(WindowsImageBuildStep.DescriptorImpl.class);
        WindowsImagePushStep.DescriptorImpl push =
                JENKINS.jenkins.getDescriptorByType(WindowsImagePushStep.DescriptorImpl.class);
        WindowsImagePruneStep.DescriptorImpl prune =
                JENKINS.jenkins.getDescriptorByType(WindowsImagePruneStep.DescriptorImpl.class);
        Registry.DescriptorImpl registry = JENKINS.jenkins.getDescriptorByType(Registry.DescriptorImpl.class);
        BuildSecret.DescriptorImpl secret = JENKINS.jenkins.getDescriptorByType(BuildSecret.DescriptorImpl.class);
        for (String user : List.of("owner", "reader")) {
            FormValidation.Kind error =
                    user.equals("owner") ? FormValidation.Kind.ERROR : FormValidation.Kind.OK;
            FormValidation.Kind warning =
                    user.equals("owner") ? FormValidation.Kind.WARNING : FormValidation.Kind.OK;
            try (ACLContext as = ACL.as2(hudson.model.User.getById(user, true).impersonate2())) {
                assertEquals(error, build.doCheckTags(job, "UPPER").kind);
                assertEquals(error, build.doCheckTags(job, "").kind);
                assertEquals(error, build.doCheckBuildArgs(job, "1x").kind);
                assertEquals(warning, build.doCheckBuildArgs(job, "API_TOKEN=1").kind);
                assertEquals(error, build.doCheckLabels(job, "x").kind);
                assertEquals(error, build.doCheckMemory(job, "much").kind);
                assertEquals(error, build.doCheckCpus(job, "many").kind);
                assertEquals(error, build.doCheckOsVersion(job, "ltsc2022").kind);
                assertEquals(error, build.doCheckPushRetries(job, "99").kind);
                assertEquals(error, push.doCheckPushRetries(job, "-1").kind);
                assertEquals(error, prune.doCheckOlderThan(job, "a week").kind);
                assertEquals(error, prune.doCheckKeepStorage(job, "much").kind);
                assertEquals(error, registry.doCheckUrl(job, "a b").kind);
                assertEquals(error, secret.doCheckId(job, "a,b").kind);
                assertEquals(warning, registry.doCheckCredentialsId(job, "nobody").kind);
                assertEquals(FormValidation.Kind.OK, build.doCheckTags(job, "a:${BUILD_NUMBER}").kind);
                // Where there is no job, only administrators are answered.
                assertEquals(FormValidation.Kind.OK, build.doCheckTags(null, "UPPER").kind);
                ListBoxModel logins = registry.doFillCredentialsIdItems(job, "current");
                assertEquals(user.equals("owner"), logins.stream().anyMatch(option -> option.value.equals("login")));
                assertEquals(false, logins.stream().anyMatch(option -> option.value.equals("text")));
                ListBoxModel texts = secret.doFillCredentialsIdItems(job, "");
                assertEquals(user.equals("owner"), texts.stream().anyMatch(option -> option.value.equals("text")));
                assertEquals(false, registry.doFillCredentialsIdItems(null, "").stream()
                        .anyMatch(option -> option.value.equals("login")));
            }
        }
    }

    @Test
    public void variables_are_replaced_in_every_text() throws Exception {
        WindowsImageBuildStep step = fullStep();
        String before = describe(step);
        String after = describe(step.expanded(text -> text.replaceAll("[a-z]+$", "X")));
        assertThat(after, containsString("X"));
        assertEquals(before, describe(step.expanded(text -> text)));
    }

    private static WindowsImageBuildStep fullStep() {
        WindowsImageBuildStep step = stepOfVersion1();
        step.setOsVersion("10.0.20348");
        step.setSbom(true);
        step.setProvenance(true);
        return step;
    }

    /** Every parameter that the first version had. */
    static WindowsImageBuildStep stepOfVersion1() {
        WindowsImageBuildStep step = new WindowsImageBuildStep("registry.example.com/a:1\nb:2");
        step.setContext("sub/dir");
        step.setDockerfile("Dockerfile.windows");
        step.setTarget("site");
        step.setBuildArgs("A=1\nB=x=y");
        step.setLabels("team=web");
        step.setSecrets(List.of(new BuildSecret("token", "text")));
        step.setRegistries(List.of(new Registry("registry.example.com", "login"), new Registry("docker.io", null)));
        step.setPush(true);
        step.setPull("never");
        step.setNoCache(true);
        step.setCacheFrom("type=local,src=a");
        step.setCacheTo("type=local,dest=b");
        step.setPlatform("windows/arm64");
        step.setIsolation("hyperv");
        step.setMemory("4g");
        step.setCpus("1.5");
        step.setNetwork("none");
        step.setScratchSize("40g");
        step.setCompression("zstd");
        step.setPushRetries(7);
        step.setMetadataFile("out.json");
        step.setLabel("the image");
        step.setQuiet(true);
        return step;
    }

    @SuppressWarnings("unchecked")
    private static <S extends Step> S throughItsForm(S step) throws Exception {
        FreeStyleProject job = JENKINS.createFreeStyleProject();
        job.getBuildersList().add(new StepHolder(step));
        JENKINS.configRoundtrip(job);
        Step back = job.getBuildersList().get(StepHolder.class).getStep();
        assertEquals(step.getClass(), back.getClass());
        return (S) back;
    }

    private static void assertSame(Step expected, Step actual) {
        assertNotNull(actual);
        assertEquals(describe(expected), describe(actual));
    }

    private static String describe(Step step) {
        return DescribableModel.uninstantiate2_(step).toString();
    }

    /** Shows the form of a step within a job that JenkinsRule can open and save. */
    public static final class StepHolder extends Builder {
        private final Step step;

        @DataBoundConstructor
        public StepHolder(Step step) {
            this.step = step;
        }

        public Step getStep() {
            return step;
        }

        @TestExtension
        public static final class DescriptorImpl extends BuildStepDescriptor<Builder> {
            @NonNull
            @Override
            public String getDisplayName() {
                return "A step";
            }

            @Override
            public boolean isApplicable(Class<? extends AbstractProject> jobType) {
                return true;
            }
        }
    }
}
