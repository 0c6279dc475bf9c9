package io.jenkins.plugins.windowsimage.engine.windows;

import static org.hamcrest.CoreMatchers.containsString;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.windows.RunRequest.Isolation;
import org.junit.Test;

/** Which isolation a container of an image gets on a host. */
public class IsolationChoiceTest {
    private static final IsolationChoice PROCESS_FIRST = new IsolationChoice(false, true);
    private static final IsolationChoice HYPERV = new IsolationChoice(true, false);

    private static IsolationChoice choose(Isolation wanted, String host, String image) {
        return IsolationChoice.choose(wanted, WindowsVersion.parse(host).orElseThrow(),
                WindowsVersion.parse(image).orElse(null));
    }

    @Test
    public void auto_takes_process_isolation_for_the_same_build_whatever_the_patch_level() {
        assertEquals(PROCESS_FIRST, choose(Isolation.AUTO, "10.0.17763.100", "10.0.17763.6000"));
        assertEquals(PROCESS_FIRST, choose(Isolation.AUTO, "10.0.20348.100", "10.0.20348.6000"));
    }

    @Test
    public void auto_takes_process_isolation_for_server_2022_images_on_newer_hosts() {
        assertEquals(PROCESS_FIRST, choose(Isolation.AUTO, "10.0.26100.1", "10.0.20348.1"));
        assertEquals(PROCESS_FIRST, choose(Isolation.AUTO, "10.0.22631.1", "10.0.20348.1"));
        assertEquals(PROCESS_FIRST, choose(Isolation.AUTO, "10.0.26200.1", "10.0.26100.1"));
    }

    @Test
    public void auto_takes_hyper_v_isolation_for_older_images() {
        assertEquals(HYPERV, choose(Isolation.AUTO, "10.0.17763.1", "10.0.14393.1"));
        assertEquals(HYPERV, choose(Isolation.AUTO, "10.0.20348.1", "10.0.17763.1"));
        assertEquals(HYPERV, choose(Isolation.AUTO, "10.0.19045.1", "10.0.17763.1"));
    }

    @Test
    public void an_image_without_version_is_tried() {
        assertEquals(PROCESS_FIRST, choose(Isolation.AUTO, "10.0.20348.1", "unknown"));
        assertEquals(new IsolationChoice(false, false), choose(Isolation.PROCESS, "10.0.20348.1", "unknown"));
    }

    @Test
    public void what_is_asked_for_is_done_where_it_can_be() {
        assertEquals(HYPERV, choose(Isolation.HYPERV, "10.0.20348.1", "10.0.20348.1"));
        assertEquals(new IsolationChoice(false, false), choose(Isolation.PROCESS, "10.0.20348.1", "10.0.20348.1"));
    }

    @Test
    public void process_isolation_is_refused_where_it_cannot_work_naming_both_versions() {
        EngineException e = assertThrows(EngineException.class,
                () -> choose(Isolation.PROCESS, "10.0.20348.1", "10.0.17763.2"));
        assertThat(e.getMessage(), containsString("10.0.17763.2"));
        assertThat(e.getMessage(), containsString("10.0.20348.1"));
        assertThat(e.hint(), containsString("--isolation hyperv"));
    }

    @Test
    public void a_newer_image_is_refused_in_every_isolation() {
        for (Isolation isolation : Isolation.values()) {
            assertThrows(EngineException.class, () -> choose(isolation, "10.0.20348.1", "10.0.26100.1"));
        }
    }

    @Test
    public void images_of_another_windows_altogether_go_by_its_number() {
        assertThrows(EngineException.class, () -> choose(Isolation.AUTO, "10.0.20348.1", "11.0.1.1"));
        assertThrows(EngineException.class, () -> choose(Isolation.AUTO, "10.0.20348.1", "10.1.1.1"));
        assertEquals(HYPERV, choose(Isolation.AUTO, "10.0.20348.1", "6.3.9600.1"));
    }
}
