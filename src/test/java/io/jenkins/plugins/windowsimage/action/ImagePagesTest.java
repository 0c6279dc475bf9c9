package io.jenkins.plugins.windowsimage.action;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.ListView;
import hudson.model.Result;
import hudson.views.JobColumn;
import java.util.List;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.html.HtmlTable;
import org.junit.ClassRule;
import org.junit.Test;
import org.jvnet.hudson.test.FailureBuilder;
import org.jvnet.hudson.test.JenkinsRule;

public class ImagePagesTest {
    private static final String ATTACK = "<script>document.title='owned'</script>";

    @ClassRule
    public static JenkinsRule jenkins = new JenkinsRule();

    private static FreeStyleBuild build(WindowsImageRecord... records) throws Exception {
        return build(jenkins.createFreeStyleProject(), records);
    }

    private static FreeStyleBuild build(FreeStyleProject project, WindowsImageRecord... records) throws Exception {
        FreeStyleBuild build = jenkins.buildAndAssertSuccess(project);
        for (WindowsImageRecord record : records) {
            WindowsImageAction.add(build, record);
        }
        return build;
    }

    private static HtmlPage page(String url) throws Exception {
        return jenkins.createWebClient().goTo(url);
    }

    private static String digest(char digit) {
        return SampleRecords.digest(digit);
    }

    @Test
    public void build_page_tells_name_digest_size_duration_and_registry() throws Exception {
        FreeStyleBuild build = build(SampleRecords.built("000000000001", SampleRecords.NAME, digest('a')));

        HtmlPage page = page(build.getUrl());
        String text = page.asNormalizedText();
        assertThat(text, containsString("1 container image"));
        assertThat(text, containsString(SampleRecords.NAME));
        assertThat(text, containsString("aaaaaaaaaaaa"));
        assertThat(text, containsString("114.44 MiB"));
        assertThat(text, containsString("10 sec"));
        assertThat(text, containsString("pushed to registry.example.com"));
        DomElement copy = page.querySelector(".windows-image-summary .jenkins-copy-button");
        assertEquals(digest('a'), copy.getAttribute("text"));
        page.getAnchorByText(SampleRecords.NAME).click();
    }

    @Test
    public void build_page_of_a_failed_build_names_the_line_and_the_error() throws Exception {
        FreeStyleProject project = jenkins.createFreeStyleProject();
        project.getBuildersList().add(new FailureBuilder());
        FreeStyleBuild build = jenkins.buildAndAssertStatus(Result.FAILURE, project);
        WindowsImageAction.add(build, SampleRecords.failed("000000000002", "app:2"));

        String text = page(build.getUrl()).asNormalizedText();
        assertThat(text, containsString("1 container image was not finished"));
        assertThat(text, containsString("Line 4: The command ended with exit code 3."));
    }

    @Test
    public void table_has_a_row_for_each_image_with_headings_for_its_cells() throws Exception {
        FreeStyleBuild build = build(
                SampleRecords.built("000000000001", SampleRecords.NAME, digest('a')),
                SampleRecords.pushed("000000000002", "mirror.example.com/app:1", digest('a')),
                SampleRecords.failed("000000000003", "app:2"));

        HtmlPage page = page(build.getUrl() + "windows-images/");
        HtmlTable table = page.querySelector("table.windows-image-list");
        assertThat(table.getBodies().get(0).getRows(), hasSize(3));
        for (DomNode heading : page.querySelectorAll("table.windows-image-list th")) {
            assertThat(((DomElement) heading).getAttribute("scope"), not(is("")));
        }
        String built = table.getBodies().get(0).getRows().get(0).asNormalizedText();
        assertThat(built, containsString("Built"));
        assertThat(built, containsString("Image, win-1"));
        assertThat(built, containsString("10.0.20348.2227"));
        assertThat(built, containsString("ltsc2022"));
        assertThat(built, containsString("from windows/nanoserver:ltsc2022"));
        assertThat(built, containsString("1 new, 1 from the cache, 2 of the base"));
        assertThat(built, containsString("1 of 3 from the cache"));
        String failed = table.getBodies().get(0).getRows().get(2).asNormalizedText();
        assertThat(failed, containsString("Failed"));
        assertThat(failed, containsString("Built-In Node"));
        assertThat(failed, containsString("Line 4: The command ended with exit code 3."));
    }

    @Test
    public void table_tells_how_the_size_changed_since_the_last_build_of_the_same_image() throws Exception {
        FreeStyleProject project = jenkins.createFreeStyleProject();
        build(project, SampleRecords.built("000000000001", "app:1", digest('a'), 100 << 20, 0));
        build(project, SampleRecords.failed("000000000002", "app:2"));
        FreeStyleBuild build =
                build(project, SampleRecords.built("000000000003", "app:3", digest('e'), 103 << 20, 0));
        assertThat(page(build.getUrl() + "windows-images/").asNormalizedText(), containsString("+3.00 MiB"));
    }

    @Test
    public void image_page_shows_facts_steps_layers_and_pushes() throws Exception {
        FreeStyleBuild build = build(
                SampleRecords.built("000000000001", SampleRecords.NAME, digest('a')),
                SampleRecords.pushed("000000000002", "mirror.example.com/app:1", digest('a')));

        HtmlPage page = page(build.getUrl() + "windows-images/000000000001/");
        String text = page.asNormalizedText();
        assertThat(text, containsString(digest('a')));
        assertThat(text, containsString(digest('c')));
        assertThat(text, containsString("registry.example.com/team/app@" + digest('a')));
        assertThat(text, containsString("COPY app C:\\app"));
        assertThat(text, containsString("Line 2:"));
        assertThat(text, containsString("Write ENV with an equals sign."));
        assertThat(text, containsString("2 layers of this image, 14.31 MiB"));
        assertThat(text, containsString("2 layers of the base, 100.14 MiB"));
        assertThat(text, containsString("mirror.example.com/app:1"));
        assertThat(text, containsString("40.05 MiB"));

        List<DomNode> bars = page.querySelectorAll(".windows-image-timeline rect[class^=windows-image-bar__]").stream()
                .filter(bar -> !((DomElement) bar).getAttribute("class").endsWith("track"))
                .toList();
        assertThat(bars, hasSize(3));
        DomElement second = (DomElement) bars.get(1);
        assertEquals("40.00%", second.getAttribute("x"));
        assertEquals("60.00%", second.getAttribute("width"));
        List<DomElement> largest = page.querySelectorAll(".windows-image-layers tbody").stream()
                .map(body -> (DomElement) body.querySelector("tr td"))
                .toList();
        assertEquals(List.of("3", "1"), largest.stream().map(DomNode::asNormalizedText).toList());
    }

    @Test
    public void image_page_of_a_failed_build_shows_the_instruction_and_its_last_20_lines() throws Exception {
        FreeStyleBuild build = build(SampleRecords.failed("000000000002", "app:2"));

        String text = page(build.getUrl() + "windows-images/000000000002/").asNormalizedText();
        assertThat(text, containsString("Line 4 of the Dockerfile failed"));
        assertThat(text, containsString("RUN exit 3"));
        assertThat(text, containsString("Look at its last lines."));
        assertThat(text, not(containsString("output line 10\n")));
        assertThat(text, containsString("output line 11\n"));
        assertThat(text, containsString("output line 30"));
    }

    @Test
    public void nothing_that_an_agent_sends_becomes_markup() throws Exception {
        FreeStyleBuild build = build(SampleRecords.hostile("000000000009"));
        for (String url : List.of(
                build.getUrl(),
                build.getUrl() + "windows-images/",
                build.getUrl() + "windows-images/000000000009/",
                build.getParent().getUrl(),
                build.getParent().getUrl() + "windows-images/")) {
            HtmlPage page = page(url);
            assertThat(url, page.getTitleText(), not(containsString("owned")));
            assertThat(url, page.querySelectorAll("#main-panel img[src=x]"), is(empty()));
            assertThat(url, page.querySelectorAll("#main-panel [onerror]"), is(empty()));
        }
        String text = page(build.getUrl() + "windows-images/000000000009/").asNormalizedText();
        assertThat(text, containsString(ATTACK));
        assertThat(text, containsString("${7*7}%{x}"));
    }

    @Test
    public void pages_have_no_inline_scripts_styles_or_handlers_of_their_own() throws Exception {
        FreeStyleProject project = jenkins.createFreeStyleProject();
        FreeStyleBuild build = build(
                project,
                SampleRecords.built("000000000001", SampleRecords.NAME, digest('a')),
                SampleRecords.failed("000000000002", "app:2"));
        for (String url : List.of(
                build.getUrl() + "windows-images/",
                build.getUrl() + "windows-images/000000000001/",
                build.getUrl() + "windows-images/000000000002/",
                project.getUrl() + "windows-images/")) {
            HtmlPage page = page(url);
            DomElement panel = (DomElement) page.querySelector("#main-panel");
            for (DomNode script : panel.querySelectorAll("script")) {
                assertThat(url, ((DomElement) script).getAttribute("src"), not(is("")));
            }
            assertThat(url, panel.querySelectorAll("style"), is(empty()));
            assertThat(url, panel.querySelectorAll("[class^=windows-image] [style]"), is(empty()));
            for (DomElement element : panel.getDomElementDescendants()) {
                element.getAttributesMap()
                        .keySet()
                        .forEach(name -> assertThat(url, name, not(startsWith("on"))));
            }
        }
    }

    @Test
    public void unknown_and_malformed_build_ids_are_not_found() throws Exception {
        FreeStyleBuild build = build(SampleRecords.built("000000000001", SampleRecords.NAME, digest('a')));
        JenkinsRule.WebClient client = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false);
        for (String id : List.of("ffffffffffff", "..%2f..%2fbuild", "000000000001.json", "x")) {
            assertEquals(
                    id,
                    404,
                    client.goTo(build.getUrl() + "windows-images/" + id + "/")
                            .getWebResponse()
                            .getStatusCode());
        }
    }

    @Test
    public void job_page_shows_the_latest_images_and_trends() throws Exception {
        FreeStyleProject project = jenkins.createFreeStyleProject();
        for (int i = 1; i <= 3; i++) {
            build(
                    project,
                    SampleRecords.built(String.format("%012x", i), "app:" + i, digest('a'), (long) i << 20, i - 1),
                    SampleRecords.built(String.format("%012x", i + 16), "tool:" + i, digest('e'), 7 << 20, 0));
        }

        HtmlPage page = page(project.getUrl());
        String text = page.asNormalizedText();
        assertThat(text, containsString("app:3"));
        assertThat(text, containsString("3.00 MiB"));
        assertThat(text, containsString("66 %"));
        assertThat(page.querySelectorAll(".windows-image-trend"), hasSize(2));
        assertThat(page.querySelectorAll(".windows-image-chart"), hasSize(6));
        assertThat(page.querySelectorAll(".windows-image-chart__bar"), hasSize(18));
        DomElement chart = (DomElement) page.querySelector(".windows-image-chart svg");
        assertEquals("Size of the last 3 builds, oldest first; now 3.00 MiB", chart.getAttribute("aria-label"));
        assertThat(page.asXml(), containsString("#1: 1.00 MiB"));
        page(project.getUrl() + "windows-images/");
    }

    @Test
    public void a_job_without_images_has_no_page_of_them() throws Exception {
        FreeStyleProject project = jenkins.createFreeStyleProject();
        build(project);
        assertNull(project.getAction(JobImagesAction.class));
        assertThat(page(project.getUrl()).asNormalizedText(), not(containsString("Container images")));
    }

    @Test
    public void column_shows_the_image_of_the_last_successful_build() throws Exception {
        FreeStyleProject with = jenkins.createFreeStyleProject("with-images");
        build(with, SampleRecords.built("000000000001", SampleRecords.NAME, digest('a')));
        FreeStyleProject without = jenkins.createFreeStyleProject("without-images");
        build(without);
        ListView view = new ListView("images", jenkins.jenkins);
        view.add(with);
        view.add(without);
        view.setColumns(List.of(new JobColumn(), new WindowsImageColumn()));
        jenkins.jenkins.addView(view);

        HtmlPage page = page("view/images/");
        assertThat(page.getElementById("job_with-images").asNormalizedText(), containsString(SampleRecords.NAME));
        assertThat(page.getElementById("job_with-images").asNormalizedText(), containsString("aaaaaaaaaaaa"));
        assertThat(
                page.getElementById("job_without-images").asNormalizedText().trim(), containsString("without-images"));
        jenkins.configRoundtrip(view);
        assertEquals(
                WindowsImageColumn.class,
                ((ListView) jenkins.jenkins.getView("images")).getColumns().get(1).getClass());
    }
}
