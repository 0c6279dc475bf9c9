package io.jenkins.plugins.windowsimage.action;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import hudson.EnvVars;
import hudson.XmlFile;
import hudson.model.Fingerprint;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Run;
import hudson.model.Saveable;
import hudson.model.TaskListener;
import hudson.model.listeners.SaveableListener;
import hudson.tasks.Fingerprinter.FingerprintAction;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.ClassRule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MemoryAssert;
import org.jvnet.hudson.test.TestExtension;

public class WindowsImageActionTest {
    @ClassRule
    public static JenkinsRule jenkins = new JenkinsRule();

    private static FreeStyleBuild build() throws Exception {
        return jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());
    }

    private static WindowsImageAction of(Run<?, ?> run) {
        return run.getAction(WindowsImageAction.class);
    }

    private static Path details(Run<?, ?> run, String buildId) {
        return run.getRootDir().toPath().resolve("windows-images").resolve(buildId + ".json");
    }

    /** Loads the run from its directory, as after a restart. */
    private static Run<?, ?> reloaded(FreeStyleBuild build) throws IOException {
        FreeStyleProject project = build.getParent();
        project.doReload();
        Run<?, ?> again = project.getBuildByNumber(build.getNumber());
        assertTrue(again != build);
        return again;
    }

    @Test
    public void gives_back_what_was_added_after_the_run_was_loaded_again() throws Exception {
        FreeStyleBuild build = build();
        WindowsImageRecord built = SampleRecords.built("000000000001", SampleRecords.NAME, SampleRecords.digest('a'));
        WindowsImageRecord failed = SampleRecords.failed("000000000002", "app:2");
        WindowsImageAction.add(build, built);
        WindowsImageAction.add(build, failed);

        assertEquals(List.of(built, failed), of(reloaded(build)).records());
    }

    @Test
    public void keeps_layers_and_output_out_of_build_xml() throws Exception {
        FreeStyleBuild build = build();
        WindowsImageAction.add(
                build, SampleRecords.built("000000000001", SampleRecords.NAME, SampleRecords.digest('a')));
        WindowsImageAction.add(build, SampleRecords.failed("000000000002", "app:2"));

        String xml = Files.readString(build.getRootDir().toPath().resolve("build.xml"));
        assertThat(xml, containsString("<name>registry.example.com/team/app:1</name>"));
        assertThat(xml, not(containsString("COPY")));
        assertThat(xml, not(containsString("output line")));
        assertThat(Files.readString(details(build, "000000000001")), containsString("COPY app"));
    }

    @Test
    public void adding_a_build_id_again_changes_nothing() throws Exception {
        FreeStyleBuild build = build();
        WindowsImageAction.add(build, SampleRecords.built("000000000001", "app:1", SampleRecords.digest('a')));
        WindowsImageAction.add(build, SampleRecords.built("000000000001", "app:2", SampleRecords.digest('f')));

        assertThat(of(build).getSummaries(), hasSize(1));
        assertEquals(List.of("app:1"), of(build).records().get(0).tags());
        assertThat(build.getActions(WindowsImageAction.class), hasSize(1));
    }

    @Test
    public void saves_the_run_once_for_each_image() throws Exception {
        FreeStyleBuild build = build();
        Saves.of(build).set(0);
        WindowsImageAction.add(build, SampleRecords.built("000000000001", "app:1", SampleRecords.digest('a')));
        assertEquals(1, Saves.of(build).get());
        WindowsImageAction.add(build, SampleRecords.built("000000000001", "app:1", SampleRecords.digest('a')));
        assertEquals(1, Saves.of(build).get());
    }

    @TestExtension
    public static class Saves extends SaveableListener {
        private static final Map<String, AtomicInteger> COUNTS = new ConcurrentHashMap<>();

        static AtomicInteger of(Run<?, ?> run) {
            return COUNTS.computeIfAbsent(run.getExternalizableId(), id -> new AtomicInteger());
        }

        @Override
        public void onChange(Saveable saved, XmlFile file) {
            if (saved instanceof Run<?, ?> run) {
                of(run).incrementAndGet();
            }
        }
    }

    @Test
    public void loses_nothing_when_branches_add_at_the_same_time() throws Exception {
        FreeStyleBuild build = build();
        ExecutorService branches = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> added = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                WindowsImageRecord record = SampleRecords.built(
                        String.format("%012x", i), "app:" + i, SampleRecords.digest('a'));
                added.add(branches.submit(() -> {
                    WindowsImageAction.add(build, record);
                    return null;
                }));
            }
            for (Future<?> each : added) {
                each.get();
            }
        } finally {
            branches.shutdown();
        }
        assertThat(of(build).getSummaries(), hasSize(40));
        assertThat(of(reloaded(build)).records(), hasSize(40));
    }

    @Test
    public void shows_the_summary_of_an_image_whose_file_is_gone_or_damaged() throws Exception {
        FreeStyleBuild build = build();
        WindowsImageAction.add(build, SampleRecords.built("000000000001", "app:1", SampleRecords.digest('a')));
        WindowsImageAction.add(build, SampleRecords.built("000000000002", "app:2", SampleRecords.digest('a')));
        Files.delete(details(build, "000000000001"));
        Files.writeString(details(build, "000000000002"), "{\"buildId\": 7");

        WindowsImageAction action = of(reloaded(build));
        assertThat(action.records(), is(empty()));
        assertThat(action.getSummaries(), hasSize(2));
        String page = jenkins.createWebClient()
                .goTo(build.getUrl() + "windows-images/000000000001/")
                .asNormalizedText();
        assertThat(page, containsString("is gone or damaged"));
        assertThat(page, containsString(SampleRecords.digest('a')));
    }

    @Test
    public void reads_a_record_again_when_memory_was_needed_for_something_else() throws Exception {
        FreeStyleBuild build = build();
        WindowsImageAction.add(build, SampleRecords.built("000000000001", "app:1", SampleRecords.digest('a')));
        WindowsImageAction action = of(reloaded(build));
        assertThat(action.records(), hasSize(1));
        WeakReference<WindowsImageRecord> held =
                new WeakReference<>(action.record("000000000001").orElseThrow());
        MemoryAssert.assertGC(held, false);

        assertEquals(
                "app:1", action.record("000000000001").orElseThrow().tags().get(0));
    }

    @Test
    public void adds_nothing_when_the_details_cannot_be_written() throws Exception {
        FreeStyleBuild build = build();
        Files.writeString(build.getRootDir().toPath().resolve("windows-images"), "in the way");
        try {
            WindowsImageAction.add(build, SampleRecords.built("000000000001", "app:1", SampleRecords.digest('a')));
        } catch (IOException e) {
            assertThat(of(build).getSummaries(), is(empty()));
            return;
        }
        throw new AssertionError("was added");
    }

    @Test
    public void tells_later_build_steps_of_the_last_image() throws Exception {
        FreeStyleBuild build = build();
        WindowsImageAction.add(build, SampleRecords.built("000000000001", "app:1", SampleRecords.digest('a')));
        WindowsImageAction.add(
                build, SampleRecords.built("000000000002", SampleRecords.NAME, SampleRecords.digest('e')));
        WindowsImageAction.add(build, SampleRecords.failed("000000000003", "app:3"));

        EnvVars env = build.getEnvironment(TaskListener.NULL);
        assertThat(env, hasEntry("WINDOWS_IMAGE_DIGEST", SampleRecords.digest('e')));
        assertThat(env, hasEntry("WINDOWS_IMAGE_ID", SampleRecords.digest('c')));
        assertThat(
                env,
                hasEntry("WINDOWS_IMAGE_REFERENCE", "registry.example.com/team/app@" + SampleRecords.digest('e')));
    }

    @Test
    public void says_nothing_in_the_environment_when_no_image_was_made() throws Exception {
        FreeStyleBuild build = build();
        WindowsImageAction.add(build, SampleRecords.failed("000000000003", "app:3"));
        assertThat(
                build.getEnvironment(TaskListener.NULL).keySet().stream()
                        .filter(name -> name.startsWith("WINDOWS_IMAGE"))
                        .toList(),
                is(empty()));
    }

    @Test
    public void fingerprints_connect_a_base_with_the_builds_that_start_from_it() throws Exception {
        FreeStyleBuild maker = build();
        WindowsImageRecord base = SampleRecords.built("000000000001", "base:1", SampleRecords.digest('b'));
        WindowsImageAction.add(maker, base);
        FreeStyleBuild user = build();
        WindowsImageAction.add(user, SampleRecords.built("000000000002", "app:1", SampleRecords.digest('9')));
        FreeStyleBuild pusher = build();
        WindowsImageAction.add(
                pusher, SampleRecords.pushed("000000000003", "mirror.example.com/app:1", SampleRecords.digest('9')));

        Fingerprint made = ImageFingerprints.of(SampleRecords.digest('b'));
        assertNotNull(made);
        assertThat(
                made.getUsages().keySet(),
                hasItems(
                        maker.getParent().getFullName(), user.getParent().getFullName()));
        Fingerprint app = ImageFingerprints.of(SampleRecords.digest('9'));
        assertEquals(user, app.getOriginal().getRun());
        assertThat(
                app.getUsages().keySet(),
                containsInAnyOrder(
                        user.getParent().getFullName(), pusher.getParent().getFullName()));
        assertThat(user.getAction(FingerprintAction.class).getFingerprints().values(), hasSize(2));

        String page = jenkins.createWebClient()
                .goTo(user.getUrl() + "windows-images/000000000002/")
                .asNormalizedText();
        assertThat(page, containsString("Other builds with this image"));
        assertThat(page, containsString(pusher.getFullDisplayName()));
    }

    @Test
    public void fingerprints_of_several_images_of_a_run_add_up() throws Exception {
        FreeStyleBuild build = build();
        WindowsImageAction.add(build, SampleRecords.built("000000000001", "one:1", SampleRecords.digest('1')));
        WindowsImageAction.add(build, SampleRecords.built("000000000002", "two:1", SampleRecords.digest('2')));
        assertThat(
                reloaded(build).getAction(FingerprintAction.class).getFingerprints().keySet(),
                containsInAnyOrder(
                        SampleRecords.BASE.replace(":ltsc2022", "@" + SampleRecords.digest('b')),
                        "docker.io/library/one@" + SampleRecords.digest('1'),
                        "docker.io/library/two@" + SampleRecords.digest('2')));
    }
}
