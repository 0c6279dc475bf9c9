package io.jenkins.plugins.windowsimage.action;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertEquals;

import hudson.model.FreeStyleBuild;
import hudson.model.Item;
import java.util.List;
import jenkins.model.Jenkins;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.SleepBuilder;

public class PagePermissionsTest {
    @Rule
    public JenkinsRule jenkins = new JenkinsRule();

    private FreeStyleBuild open;
    private FreeStyleBuild secret;

    @Before
    public void builds() throws Exception {
        open = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject("open"));
        secret = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject("secret"));
        WindowsImageRecord image = SampleRecords.built("000000000001", SampleRecords.NAME, SampleRecords.digest('a'));
        WindowsImageAction.add(secret, image);
        WindowsImageAction.add(open, SampleRecords.pushed("000000000002", "app:2", SampleRecords.digest('a')));
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .to("reader", "anonymous")
                .grant(Item.READ)
                .onItems(open.getParent())
                .to("reader")
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin"));
    }

    private int status(JenkinsRule.WebClient client, String url) throws Exception {
        return client.goTo(url, null).getWebResponse().getStatusCode();
    }

    @Test
    public void who_may_not_read_a_job_sees_none_of_its_images() throws Exception {
        JenkinsRule.WebClient anonymous = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false);
        JenkinsRule.WebClient reader =
                jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false).login("reader");
        for (String path : List.of(
                "job/secret/1/windows-images/",
                "job/secret/1/windows-images/000000000001/",
                "job/secret/1/windows-images/api/json",
                "job/secret/1/windows-images/000000000001/api/json",
                "job/secret/windows-images/",
                "job/secret/windows-images/api/json",
                "job/secret/1/windows-images-progress/status")) {
            assertEquals(path, 404, status(anonymous, path));
            assertEquals(path, 404, status(reader, path));
        }
    }

    @Test
    public void other_builds_with_the_image_are_shown_only_to_those_who_may_read_them() throws Exception {
        String url = open.getUrl() + "windows-images/000000000002/";
        assertThat(
                jenkins.createWebClient().login("reader").goTo(url).asNormalizedText(),
                not(containsString(secret.getFullDisplayName())));
        assertThat(
                jenkins.createWebClient().login("admin").goTo(url).asNormalizedText(),
                containsString(secret.getFullDisplayName()));
    }

    @Test
    public void progress_is_told_to_readers_only() throws Exception {
        open.getParent().getBuildersList().add(new SleepBuilder(Long.MAX_VALUE));
        secret.getParent().getBuildersList().add(new SleepBuilder(Long.MAX_VALUE));
        FreeStyleBuild visible = open.getParent().scheduleBuild2(0).waitForStart();
        FreeStyleBuild hidden = secret.getParent().scheduleBuild2(0).waitForStart();
        try {
            BuildProgress.of(visible, "1", "app:1");
            BuildProgress.of(hidden, "1", "app:1");
            JenkinsRule.WebClient reader =
                    jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false).login("reader");
            assertEquals(200, status(reader, visible.getUrl() + "windows-images-progress/status"));
            assertEquals(404, status(reader, hidden.getUrl() + "windows-images-progress/status"));
        } finally {
            visible.doStop();
            hidden.doStop();
            jenkins.waitUntilNoActivity();
        }
    }
}
