package io.jenkins.plugins.windowsimage.action;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.util.PluginServletFilter;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.SleepBuilder;

/** The pages in a real browser that enforces the policy which Jenkins sends from version 2.539 on. */
public class ContentSecurityPolicyTest {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final String POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; "
            + "img-src 'self' data:; script-src 'self'; style-src 'self' 'unsafe-inline'";

    @ClassRule
    public static final JenkinsRule JENKINS = new JenkinsRule();

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @BeforeClass
    public static void enforce_the_policy() throws Exception {
        assumeTrue("chromium is not installed", Files.isExecutable(CHROMIUM));
        PluginServletFilter.addFilter(new PolicyFilter());
    }

    @Test
    public void pages_of_images_break_no_rule() throws Exception {
        FreeStyleProject project = JENKINS.createFreeStyleProject();
        for (int number = 1; number <= 2; number++) {
            FreeStyleBuild build = JENKINS.buildAndAssertSuccess(project);
            WindowsImageAction.add(build, SampleRecords.built("00000000000" + number, SampleRecords.NAME, SampleRecords.digest('a')));
            WindowsImageAction.add(build, SampleRecords.failed("00000000010" + number, "app:2"));
        }
        String build = project.getLastBuild().getUrl();
        assertThat(open(build + "windows-images/"), containsString("windows-image-list"));
        assertThat(open(build + "windows-images/000000000002/"), containsString("windows-image-timeline"));
        assertThat(open(build + "windows-images/000000000102/"), containsString("output line 30"));
        assertThat(open(project.getUrl() + "windows-images/"), containsString("windows-image-chart"));
        assertThat(open(build), containsString("windows-image-summary"));
    }

    @Test
    public void progress_of_a_running_build_is_drawn_without_breaking_a_rule() throws Exception {
        FreeStyleProject project = JENKINS.createFreeStyleProject();
        project.getBuildersList().add(new SleepBuilder(Long.MAX_VALUE));
        FreeStyleBuild build = project.scheduleBuild2(0).waitForStart();
        try {
            BuildProgress progress = BuildProgress.of(build, "7", "app:1");
            progress.accept("{\"type\":\"build-started\",\"buildId\":\"x\",\"stages\":1,\"steps\":4}");
            progress.accept("{\"type\":\"step-started\",\"step\":1,\"stage\":\"0\",\"name\":\"[0 1/4] COPY a b\"}");
            assertThat(open(build.getUrl()), containsString("[0 1/4] COPY a b"));
        } finally {
            build.doStop();
            JENKINS.waitForCompletion(build);
        }
    }

    /** The page as the browser has it after its scripts ran; fails if something of this plugin was refused. */
    private String open(String url) throws IOException, InterruptedException {
        Path messages = folder.newFile().toPath();
        Process browser = new ProcessBuilder(
                        CHROMIUM.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--user-data-dir=" + folder.newFolder(),
                        "--enable-logging=stderr",
                        "--virtual-time-budget=5000",
                        "--dump-dom",
                        JENKINS.getURL() + url)
                .redirectError(messages.toFile())
                .start();
        String page = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(browser.waitFor(60, TimeUnit.SECONDS));
        List<String> refused = Files.readAllLines(messages, StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.contains("Content Security Policy") && line.contains("windows-image"))
                .toList();
        assertThat(url, refused, empty());
        return page;
    }

    private static final class PolicyFilter implements Filter {
        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            ((HttpServletResponse) response).setHeader("Content-Security-Policy", POLICY);
            chain.doFilter(request, response);
        }
    }
}
