package io.jenkins.plugins.windowsimage.engine.windows.machine;

import static org.hamcrest.CoreMatchers.containsString;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.windows.LayerChain;
import io.jenkins.plugins.windowsimage.engine.windows.LayerStorage;
import io.jenkins.plugins.windowsimage.engine.windows.RunHost;
import io.jenkins.plugins.windowsimage.engine.windows.RunRequest.Isolation;
import io.jenkins.plugins.windowsimage.engine.windows.machine.Probe.Status;
import io.jenkins.plugins.windowsimage.engine.windows.sim.SimWindows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What is said about a simulated Windows. */
public class MachineProbesTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final SimWindows windows = new SimWindows();

    @After
    public void nothing_is_left() {
        assertEquals(List.of(), windows.problems());
    }

    private Path root() {
        return folder.getRoot().toPath();
    }

    private Probe probe(String name) {
        return WindowsMachine.probes(windows, root(), null).stream()
                .filter(probe -> probe.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void assertProbe(Probe probe, Status status, String reason) {
        assertEquals(probe.toString(), status, probe.status());
        assertThat(probe.reason(), containsString(reason));
        assertEquals("a remedy when something is to be done", status == Status.OK, probe.remedy() == null);
    }

    @Test
    public void a_healthy_machine_only_lacks_the_defender_exclusion() {
        List<Probe> wrong = WindowsMachine.probes(windows, root(), null).stream()
                .filter(probe -> probe.status() != Status.OK)
                .toList();
        assertEquals(1, wrong.size());
        assertProbe(wrong.get(0), Status.WARN, "is scanned");
        assertThat(wrong.get(0).remedy(), containsString("Add-MpPreference -ExclusionPath '" + root()));
    }

    @Test
    public void the_version_has_its_patch_level_and_edition() {
        assertProbe(probe("Windows version"), Status.OK, "10.0.20348.2227 ServerStandard");
        windows.build(14393);
        assertProbe(probe("Windows version"), Status.FAIL, "10.0.14393");
    }

    @Test
    public void a_service_may_be_missing_or_stopped() {
        windows.machine().removeService("vmcompute");
        windows.machine().stopService("hns");
        assertProbe(probe("service vmcompute"), Status.FAIL, "is not there");
        assertProbe(probe("service hns"), Status.FAIL, "is not running");
    }

    @Test
    public void an_account_may_lack_elevation_and_privileges() {
        windows.machine().setElevated(false);
        windows.machine().removePrivilege("SeRestorePrivilege");
        assertProbe(probe("elevation"), Status.FAIL, "not elevated");
        assertProbe(probe("SeBackupPrivilege"), Status.OK, "can be enabled");
        assertProbe(probe("SeRestorePrivilege"), Status.FAIL, "lacks the privilege SeRestorePrivilege");
    }

    @Test
    public void the_disk_may_be_of_the_wrong_kind_or_full() {
        windows.machine().setFileSystem("ReFS");
        windows.machine().setFreeBytes(10L << 30);
        assertProbe(probe("file system"), Status.FAIL, "ReFS on C:\\");
        assertProbe(probe("disk space"), Status.WARN, "10 GB free");
        windows.machine().setFreeBytes(1L << 30);
        assertProbe(probe("disk space"), Status.FAIL, "1 GB free");
    }

    @Test
    public void an_exclusion_of_a_directory_above_counts() {
        windows.machine().setDword("SOFTWARE\\Microsoft\\Windows Defender\\Exclusions\\Paths",
                root().getParent().toString(), 0);
        assertProbe(probe("Defender exclusion"), Status.OK, root().getParent().toString());
    }

    @Test
    public void a_defender_that_does_not_run_is_fine() {
        windows.machine().stopService("WinDefend");
        assertProbe(probe("Defender exclusion"), Status.OK, "does not run");
    }

    @Test
    public void hyper_v_may_be_missing() {
        windows.machine().removeService("vmms");
        assertProbe(probe("Hyper-V"), Status.WARN, "is not installed");
    }

    @Test
    public void a_nat_network_is_named() {
        assertProbe(probe("NAT network"), Status.OK, "the first RUN makes one");
        windows.network().addNetwork("nat", "NAT", "172.20.0.0/16", "172.20.0.1");
        assertProbe(probe("NAT network"), Status.OK, "nat, gateway 172.20.0.1");
    }

    @Test
    public void a_service_that_does_not_answer_is_reported_with_its_code() {
        windows.faults().failFirst("ComputeCore.HcsGetServiceProperties", 1, 0x8037011B);
        assertProbe(probe("compute service"), Status.FAIL, "0x8037011B");
        windows.faults().failFirst("ComputeNetwork.HcnCreateNamespace", 9, 0x80070005);
        assertProbe(probe("create and destroy"), Status.FAIL, "access was denied");
    }

    @Test
    public void a_machine_without_the_feature_has_no_libraries() {
        windows.withoutLibrary("computecore").withoutLibrary("computenetwork");
        assertProbe(probe("compute service"), Status.FAIL, "computecore.dll cannot be loaded");
        assertProbe(probe("NAT network"), Status.FAIL, "computenetwork.dll cannot be loaded");
        assertProbe(probe("create and destroy"), Status.FAIL, "computenetwork.dll cannot be loaded");
    }

    @Test
    public void whatever_call_fails_every_probe_answers_and_nothing_is_left() {
        WindowsMachine.probes(windows, root(), null);
        List<String> names = names(windows);
        List<String> calls = windows.faults().calls().stream().distinct().toList();
        for (String call : calls) {
            if (call.equals("NtDll.RtlGetVersion")) {
                continue;
            }
            SimWindows failing = new SimWindows();
            failing.faults().failFirst(call, 99, 0x80070005);
            assertEquals(call, names, names(failing));
            List<String> left = new ArrayList<>(failing.problems());
            left.removeIf(each -> call.equals("ComputeNetwork.HcnDeleteNamespace") && each.startsWith("namespace left"));
            left.removeIf(each -> call.equals("Advapi32.AdjustTokenPrivileges") && each.startsWith("privilege left"));
            assertEquals(call, List.of(), left);
        }
    }

    private List<String> names(SimWindows machine) {
        return WindowsMachine.probes(machine, root(), null).stream().map(Probe::name).toList();
    }

    @Test
    public void a_deep_look_runs_containers_in_both_isolations() {
        List<Probe> probes = WindowsMachine.probes(windows, root(), isolation -> {
            if (isolation == Isolation.HYPERV) {
                throw new EngineException(ErrorKind.HOST_NOT_READY, "no hypervisor is running", "Install Hyper-V.", null);
            }
            return "Microsoft Windows [Version 10.0.20348.2227]\r\n";
        });
        assertProbe(probes.get(probes.size() - 2), Status.OK, "Version 10.0.20348.2227");
        assertProbe(probes.get(probes.size() - 1), Status.WARN, "no hypervisor");
    }

    @Test
    public void a_machine_that_lacks_something_refuses_to_run_with_the_reason() throws IOException {
        windows.machine().removeService("vmcompute");
        try (RunHost host = WindowsMachine.runHost(windows, root(), List.of(), () -> null)) {
            assertEquals("service vmcompute: is not there", host.unavailable().orElseThrow());
        }
    }

    @Test
    public void a_machine_that_lacks_nothing_can_run() throws IOException {
        DirectoryStorage storage = new DirectoryStorage();
        try (RunHost host = WindowsMachine.runHost(windows, root(), List.of(), () -> storage)) {
            assertTrue(host.unavailable().isEmpty());
        }
        assertTrue(storage.closed);
    }

    /** Is there to be closed. */
    private static final class DirectoryStorage implements LayerStorage {
        private boolean closed;

        @Override
        public LayerChain open(List<LayerBlob> layers, Cancellation cancellation) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sweep() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    public void what_is_required_is_looked_at_without_changing_anything() throws IOException {
        new MachineProbes(windows, root()).missing();
        assertTrue(windows.faults().calls().stream()
                .noneMatch(call -> call.contains("Create") || call.contains("Adjust") || call.contains("Delete")));
    }
}
