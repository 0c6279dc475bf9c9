package io.jenkins.plugins.windowsimage.engine.windows;

import static org.hamcrest.CoreMatchers.containsString;
import static org.hamcrest.CoreMatchers.hasItem;
import static org.hamcrest.CoreMatchers.not;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.windows.RunRequest.Isolation;
import io.jenkins.plugins.windowsimage.engine.windows.RunRequest.Mount;
import io.jenkins.plugins.windowsimage.engine.windows.sim.SimWindows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** RUN on a simulated Windows. */
public class WindowsRunHostTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private SimulatedHost host;

    @Before
    public void set_up() throws IOException {
        host = new SimulatedHost(folder.getRoot().toPath());
        host.windows.addresses().addRoute("0.0.0.0", 0, 7, 25);
        host.windows.addresses().addAdapter(7, true, "corp.example", "10.0.0.53", "10.0.0.54");
    }

    @After
    public void nothing_is_left() throws IOException {
        assertEquals(List.of(), host.leftovers());
    }

    @Test
    public void a_command_changes_files_and_prints_to_both_streams() throws IOException {
        host.run("cmd /S /C mkdir C:\\app && write C:\\app\\a.txt hello && echo done && echoerr careful");
        assertEquals("hello", host.file("app/a.txt"));
        assertEquals("done\r\n", host.out());
        assertEquals("careful\r\n", host.err());
        assertEquals(List.of("sweep", "create scratch 0", "mount", "unmount", "capture", "destroy scratch", "close chain"),
                host.storage.events());
    }

    @Test
    public void the_same_works_with_hyper_v_isolation_and_an_unmounted_scratch() throws IOException {
        host.isolation = Isolation.HYPERV;
        host.network = "nat";
        host.run("cmd /S /C write C:\\a.txt hello && echo done && echoerr careful && network");
        assertEquals("hello", host.file("a.txt"));
        assertEquals("done\r\nnat 10.0.0.53 10.0.0.54\r\n", host.out());
        assertThat(host.storage.events(), not(hasItem("mount")));
    }

    @Test
    public void the_same_works_on_server_2019_which_lacks_the_newer_waits() throws IOException {
        host.windows.build(17763);
        host.osVersion = "10.0.17763.1";
        host.run("cmd /S /C echo done");
        assertEquals("done\r\n", host.out());
        assertTrue(host.windows.faults().count("ComputeCore.HcsGetProcessProperties") > 0);
    }

    @Test
    public void environment_directory_and_user_reach_the_command() throws IOException {
        host.environment = Map.of("FOO", "bar", "Empty", "");
        host.user = "ContainerUser";
        host.run("cmd /S /C env foo && cwd && whoami");
        assertEquals("bar\r\nC:\\\r\nContainerUser\r\n", host.out());
    }

    @Test
    public void a_missing_working_directory_is_made() throws IOException {
        host.workingDirectory = "C:\\my app\\src";
        host.run("cmd /S /C cwd && write here.txt x");
        assertEquals("C:\\my app\\src\r\n", host.out());
        assertEquals("x", host.file("my app/src/here.txt"));
    }

    @Test
    public void standard_input_is_closed() throws IOException {
        host.run("cmd /S /C read-input && echo end");
        assertEquals("end\r\n", host.out());
    }

    @Test
    public void much_output_on_both_streams_at_once_blocks_nobody() throws IOException {
        host.run("print 300000");
        assertEquals(300_000, host.out.size());
        assertEquals(300_000, host.err.size());
    }

    @Test
    public void a_child_that_holds_the_pipes_does_not_hold_the_step() throws IOException {
        host.run("cmd /S /C echo first && linger");
        assertEquals("first\r\n", host.out());
    }

    @Test
    public void a_child_that_keeps_printing_does_not_hold_the_step() throws IOException {
        host.run("cmd /S /C echo first && chatter");
        assertTrue(host.out().startsWith("first\r\n"));
    }

    @Test
    public void an_exit_code_fails_the_step_and_captures_nothing() {
        RunFailedException e =
                assertThrows(RunFailedException.class, () -> host.run("cmd /S /C write C:\\a.txt x && exit 7"));
        assertEquals(7, e.exitCode());
        assertEquals("the command ended with exit code 7", e.getMessage());
        assertThat(host.storage.events(), not(hasItem("capture")));
    }

    @Test
    public void an_exit_code_of_windows_is_named() {
        RunFailedException e = assertThrows(RunFailedException.class, () -> host.run("exit 3221225781"));
        assertEquals(0xC0000135, e.exitCode());
        assertThat(e.getMessage(), containsString("(0xC0000135, a DLL was not found)"));
        assertThat(e.hint(), containsString("Visual C++"));
    }

    @Test
    public void an_exit_code_of_an_installer_is_named() {
        RunFailedException e = assertThrows(RunFailedException.class, () -> host.run("exit 3010"));
        assertThat(e.getMessage(), containsString("exit code 3010 (success, a restart is required)"));
    }

    @Test
    public void a_machine_without_windows_refuses_a_command() throws IOException {
        RunHost none = new UnavailableRunHost("RUN needs Windows", "Use Windows.");
        none.sweep();
        EngineException e = assertThrows(EngineException.class, () -> none.run(host.request("echo x"), host.output, host.cancellation));
        assertEquals(ErrorKind.HOST_NOT_READY, e.kind());
        assertEquals("RUN needs Windows", e.getMessage());
    }

    @Test
    public void a_program_that_does_not_exist_is_the_fault_of_the_command() {
        WindowsException e = assertThrows(WindowsException.class, () -> host.run("no-such-program.exe -x"));
        assertEquals(ErrorKind.RUN_STEP_FAILED, e.kind());
        assertEquals("starting the command failed: HcsCreateProcess returned 0x80070002, a file was not found: "
                + "command no-such-program.exe -x: cannot find the program", e.getMessage());
    }

    @Test
    public void a_user_that_does_not_exist_is_the_fault_of_the_command() {
        host.user = "nobody";
        WindowsException e = assertThrows(WindowsException.class, () -> host.run("echo x"));
        assertEquals(ErrorKind.RUN_STEP_FAILED, e.kind());
        assertThat(e.hint(), containsString("Check USER"));
    }

    @Test
    public void a_cancellation_ends_the_command() {
        host.output = (error, bytes, length) -> host.cancellation.request();
        EngineException e = assertThrows(EngineException.class, () -> host.run("cmd /S /C echo started && wait"));
        assertEquals(ErrorKind.CANCELLED, e.kind());
    }

    @Test
    public void a_cancellation_ends_a_command_with_hyper_v_isolation() {
        host.isolation = Isolation.HYPERV;
        host.output = (error, bytes, length) -> host.cancellation.request();
        EngineException e = assertThrows(EngineException.class, () -> host.run("cmd /S /C echo started && wait"));
        assertEquals(ErrorKind.CANCELLED, e.kind());
    }

    @Test
    public void a_command_that_takes_too_long_is_killed() {
        host.timeout = Duration.ofMillis(30);
        EngineException e = assertThrows(EngineException.class, () -> host.run("wait"));
        assertEquals(ErrorKind.RUN_STEP_FAILED, e.kind());
        assertThat(e.getMessage(), containsString("was killed"));
    }

    @Test
    public void a_listener_that_fails_ends_the_command() {
        host.output = (error, bytes, length) -> {
            throw new IllegalStateException("the disk of the log is full");
        };
        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> host.run("cmd /S /C echo started && wait"));
        assertEquals("the disk of the log is full", e.getMessage());
    }

    @Test
    public void a_container_that_does_not_shut_down_is_terminated() throws IOException {
        host.windows.hangsAtShutdown(true);
        host.run("cmd /S /C write C:\\a.txt x");
        assertThat(host.storage.events(), hasItem("capture"));
    }

    @Test
    public void a_mounted_directory_is_seen_but_not_captured() throws IOException {
        Path cache = folder.newFolder("cache").toPath();
        Files.writeString(cache.resolve("in.txt"), "from the host");
        host.mounts = List.of(new Mount(cache, "C:\\cache", false));
        host.run("cmd /S /C type C:\\cache\\in.txt && write C:\\cache\\out.txt new");
        assertEquals("from the host", host.out());
        assertEquals("new", Files.readString(cache.resolve("out.txt")));
        assertFalse(Files.exists(host.storage.lastVolume().resolve("cache")));
    }

    @Test
    public void a_read_only_mount_cannot_be_written() throws IOException {
        Path file = Files.writeString(folder.newFile().toPath(), "secret");
        host.mounts = List.of(new Mount(file, "C:\\ProgramData\\secret", true));
        RunFailedException e = assertThrows(RunFailedException.class,
                () -> host.run("cmd /S /C type C:\\ProgramData\\secret && write C:\\ProgramData\\secret x"));
        assertEquals(5, e.exitCode());
        assertEquals("secret", host.out());
    }

    @Test
    public void a_mount_through_a_link_is_resolved_for_windows() throws IOException {
        Path real = folder.newFolder("real").toPath();
        Path link = Files.createSymbolicLink(folder.getRoot().toPath().resolve("link"), real);
        host.mounts = List.of(new Mount(link, "C:\\m", false));
        host.run("cmd /S /C write C:\\m\\x.txt y");
        assertEquals("y", Files.readString(real.resolve("x.txt")));
    }

    @Test
    public void a_single_file_is_refused_with_hyper_v_isolation() throws IOException {
        host.isolation = Isolation.HYPERV;
        host.mounts = List.of(new Mount(folder.newFile().toPath(), "C:\\secret", true));
        EngineException e = assertThrows(EngineException.class, () -> host.run("echo x"));
        assertEquals(ErrorKind.NOT_SUPPORTED, e.kind());
        assertThat(e.getMessage(), containsString("C:\\secret"));
    }

    @Test
    public void further_host_names_are_in_the_hosts_file_and_not_in_the_layer() throws IOException {
        host.hosts = Map.of("db", "10.1.2.3", "cache", "10.1.2.4");
        host.run("cmd /S /C type C:\\Windows\\System32\\drivers\\etc\\hosts");
        assertEquals("10.1.2.4 cache\r\n10.1.2.3 db\r\n", host.out());
        assertFalse(Files.exists(host.storage.lastVolume().resolve("Windows")));
    }

    @Test
    public void a_container_without_network_has_none() {
        assertThrows(RunFailedException.class, () -> host.run("network"));
        assertFalse(host.windows.faults().called(call -> call.startsWith("ComputeNetwork.HcnCreate")));
    }

    @Test
    public void a_nat_network_is_made_where_the_host_has_none_and_stays() throws IOException {
        host.network = "nat";
        host.windows.addresses().addRoute("172.16.0.0", 12, 3, 5);
        host.windows.addresses().addRoute("192.168.240.0", 24, 4, 5);
        host.run("network");
        assertEquals(List.of("nat 192.168.224.0/20"), host.windows.network().networkNames());
        assertEquals("nat 10.0.0.53 10.0.0.54\r\n", host.out());
    }

    @Test
    public void a_nat_network_that_is_there_is_used() throws IOException {
        host.network = "nat";
        host.windows.network().addNetwork("external", "Transparent", "10.0.0.0/8", null);
        host.windows.network().addNetwork("Docker NAT", "NAT", "172.20.0.0/16", "172.20.0.1");
        host.run("network");
        assertEquals("Docker NAT 10.0.0.53 10.0.0.54\r\n", host.out());
    }

    @Test
    public void a_named_network_is_used() throws IOException {
        host.network = "external";
        host.windows.network().addNetwork("External", "Transparent", "10.0.0.0/8", null);
        host.run("network");
        assertEquals("External 10.0.0.53 10.0.0.54\r\n", host.out());
    }

    @Test
    public void a_network_that_does_not_exist_is_named_with_those_that_do() {
        host.network = "extrnal";
        host.windows.network().addNetwork("external", "Transparent", "10.0.0.0/8", null);
        EngineException e = assertThrows(EngineException.class, () -> host.run("echo x"));
        assertEquals("this host has no container network \"extrnal\"", e.getMessage());
        assertEquals("Its networks are: external.", e.hint());
    }

    @Test
    public void many_runs_do_not_use_up_the_addresses_of_the_network() throws IOException {
        host.network = "nat";
        for (int i = 0; i < 5; i++) {
            host.run("network");
        }
        assertTrue(host.windows.network().endpointNames().isEmpty());
    }

    @Test
    public void limits_reach_the_document() throws IOException {
        host.memoryBytes = 512L << 20;
        host.cpus = 0.5;
        host.run("echo x");
        host.cpus = 1;
        host.run("echo x");
        host.isolation = Isolation.HYPERV;
        host.run("echo x");
    }

    @Test
    public void a_start_that_fails_for_a_passing_reason_is_tried_again_from_the_scratch() throws IOException {
        host.windows.faults().failFirst("ComputeCore.HcsStartComputeSystem", 2, 0x80370106);
        host.run("echo x");
        assertEquals(3, host.windows.faults().count("ComputeCore.HcsCreateComputeSystem"));
        assertEquals(3, host.storage.events().stream().filter(event -> event.startsWith("create scratch")).count());
    }

    @Test
    public void a_start_that_keeps_failing_is_given_up() {
        host.isolation = Isolation.PROCESS;
        host.windows.faults().failFirst("ComputeCore.HcsStartComputeSystem", 9, 0xC0370106);
        WindowsException e = assertThrows(WindowsException.class, () -> host.run("echo x"));
        assertEquals(3, host.windows.faults().count("ComputeCore.HcsStartComputeSystem"));
        assertThat(e.getMessage(), containsString("the container ended unexpectedly"));
        assertThat(e.hint(), containsString("--isolation hyperv"));
    }

    @Test
    public void auto_falls_back_to_hyper_v_isolation() throws IOException {
        host.windows.faults().failFirst("ComputeCore.HcsStartComputeSystem", 9, 0x80370101);
        host.run("cmd /S /C echo from the machine");
        assertEquals("from the machine\r\n", host.out());
        assertEquals(1, host.windows.faults().count("VmCompute.HcsStartComputeSystem"));
    }

    @Test
    public void auto_reports_the_first_failure_where_there_is_no_hyper_v() {
        host.windows.hyperv(false);
        host.windows.faults().failFirst("ComputeCore.HcsStartComputeSystem", 9, 0x80370101);
        WindowsException e = assertThrows(WindowsException.class, () -> host.run("echo x"));
        assertEquals(0x80370101, e.code());
        assertThat(e.getSuppressed()[0].getMessage(), containsString("no hypervisor is running"));
    }

    @Test
    public void an_image_that_is_newer_than_the_host_is_refused_before_anything_is_done() {
        host.osVersion = "10.0.26100.1";
        EngineException e = assertThrows(EngineException.class, () -> host.run("echo x"));
        assertEquals(ErrorKind.OS_VERSION_UNRESOLVED, e.kind());
        assertThat(e.getMessage(), containsString("10.0.26100.1"));
        assertThat(e.getMessage(), containsString("10.0.20348.2227"));
        assertEquals(List.of(), host.storage.events());
    }

    @Test
    public void operations_that_take_long_are_waited_for() throws IOException {
        host.windows.waitsPerOperation(3);
        host.run("cmd /S /C echo done");
        assertEquals("done\r\n", host.out());
    }

    @Test
    public void an_operation_that_never_ends_is_given_up() {
        host.windows.waitsPerOperation(Integer.MAX_VALUE);
        WindowsException e = assertThrows(WindowsException.class, () -> host.run("echo x"));
        assertEquals("creating the container failed: HcsCreateComputeSystem returned 0x80370118, the operation did not end in "
                + "time", e.getMessage());
        assertThat(e.hint(), containsString("Restart the service vmcompute"));
    }

    @Test
    public void a_cancellation_ends_a_start_that_takes_long() {
        host.windows.waitsPerOperation(Integer.MAX_VALUE);
        host.windows.faults().runAt("ComputeCore.HcsCreateComputeSystem", 1, host.cancellation::request);
        EngineException e = assertThrows(EngineException.class, () -> host.run("echo x"));
        assertEquals(ErrorKind.CANCELLED, e.kind());
    }

    @Test
    public void a_cancellation_ends_a_shutdown_that_takes_long() {
        host.windows.hangsAtShutdown(true);
        host.windows.faults().runAt("ComputeCore.HcsWaitForComputeSystemExit", 2, host.cancellation::request);
        EngineException e = assertThrows(EngineException.class, () -> host.run("echo x"));
        assertEquals(ErrorKind.CANCELLED, e.kind());
        assertThat(host.storage.events(), not(hasItem("capture")));
    }

    @Test
    public void a_machine_that_fails_to_start_says_why() {
        host.isolation = Isolation.HYPERV;
        host.windows.machineStart(SimWindows.MachineStart.FAILS);
        WindowsException e = assertThrows(WindowsException.class, () -> host.run("echo x"));
        assertThat(e.getMessage(), containsString("the machine is slow"));
        assertThat(e.hint(), containsString("--memory"));
    }

    @Test
    public void a_machine_that_ends_at_its_start_is_tried_again() {
        host.isolation = Isolation.HYPERV;
        host.windows.machineStart(SimWindows.MachineStart.EXITS);
        WindowsException e = assertThrows(WindowsException.class, () -> host.run("echo x"));
        assertEquals(0x80370106, e.code());
        assertEquals(3, host.windows.faults().count("VmCompute.HcsStartComputeSystem"));
    }

    @Test
    public void a_service_that_goes_away_is_named() {
        host.isolation = Isolation.HYPERV;
        host.windows.machineStart(SimWindows.MachineStart.DISCONNECTS);
        WindowsException e = assertThrows(WindowsException.class, () -> host.run("echo x"));
        assertThat(e.getMessage(), containsString("the service was restarted"));
    }

    @Test
    public void a_machine_that_never_starts_is_given_up() {
        host.isolation = Isolation.HYPERV;
        host.windows.machineStart(SimWindows.MachineStart.HANGS);
        WindowsException e = assertThrows(WindowsException.class, () -> host.run("echo x"));
        assertThat(e.getMessage(), containsString("did not end in time"));
    }

    @Test
    public void an_exit_code_that_is_not_told_is_asked_for() {
        host.isolation = Isolation.HYPERV;
        host.windows.silentAboutExitCodes(true);
        RunFailedException e = assertThrows(RunFailedException.class, () -> host.run("exit 9"));
        assertEquals(9, e.exitCode());
    }

    @Test
    public void a_container_that_cannot_be_ended_is_not_captured() {
        host.windows.hangsAtShutdown(true).survivesTermination(true);
        WindowsException e = assertThrows(WindowsException.class, () -> host.run("echo x"));
        assertThat(e.getMessage(), containsString("shutting the container down failed"));
        assertThat(host.storage.events(), not(hasItem("capture")));
    }

    @Test
    public void a_container_that_is_gone_when_it_is_asked_for_has_ended() throws IOException {
        host.windows.build(17763);
        host.osVersion = "10.0.17763.1";
        host.windows.faults().fail("ComputeCore.HcsGetComputeSystemProperties", 1, 0xC037010E);
        host.run("echo x");
        assertThat(host.storage.events(), hasItem("capture"));
    }

    @Test
    public void a_network_without_name_servers_of_the_host_gets_none() throws IOException {
        SimulatedHost bare = new SimulatedHost(folder.newFolder("bare").toPath());
        bare.network = "nat";
        bare.run("network");
        assertEquals("nat \r\n", bare.out());
        assertEquals(List.of(), bare.leftovers());
    }

    @Test
    public void name_servers_come_from_the_best_adapter_and_can_be_reached() throws IOException {
        host.network = "nat";
        host.windows.addresses().addRoute("0.0.0.0", 0, 3, 5);
        host.windows.addresses().addAdapter(9, false, "down.example", "10.9.9.9");
        host.windows.addresses().addAdapter(3, true, "", "127.0.0.1", "169.254.1.1", "10.3.3.3");
        host.run("network");
        assertEquals("nat 10.3.3.3 10.0.0.53 10.0.0.54\r\n", host.out());
    }

    @Test
    public void a_process_that_cannot_be_had_at_all_is_released() {
        host.windows.faults().failFirst("ComputeCore.HcsWaitForOperationResultAndProcessInfo", 2, 0x80070057);
        WindowsException e = assertThrows(WindowsException.class, () -> host.run("echo x"));
        assertThat(e.getMessage(), containsString("HcsCreateProcess returned 0x80070057"));
    }

    @Test
    public void a_process_whose_first_wait_fails_is_asked_for_again() throws IOException {
        host.windows.faults().fail("ComputeCore.HcsWaitForOperationResultAndProcessInfo", 1, 0x80070057);
        host.run("cmd /S /C echo done");
        assertEquals("done\r\n", host.out());
        assertEquals(1, host.windows.faults().count("ComputeCore.HcsGetProcessInfo"));
    }

    @Test
    public void what_dead_builds_left_is_removed_and_nothing_else() throws IOException {
        String dead = new OwnerTag(host.owner.installation(), 1L << 31, 5).text();
        String other = new OwnerTag("00000000", 1L << 31, 5).text();
        UUID endpoint = new UUID(7, 8);
        host.windows.network().addNetwork("nat", "NAT", "172.20.0.0/16", "172.20.0.1");
        host.windows.network().plantEndpoint(endpoint, dead + ".x", new UUID(7, 9));
        host.windows.plantSystem("dead", dead);
        host.windows.plantSystem("reused id", new OwnerTag(host.owner.installation(), host.owner.pid(), 5).text());
        host.windows.plantSystem("other", other);
        host.windows.plantSystem("docker", "docker");
        host.windows.plantSystem("alive", host.owner.text());
        Files.createFile(host.temporary.resolve(dead + ".hosts123"));
        Path foreign = Files.createFile(host.temporary.resolve("foreign.txt"));
        host.run("echo x");
        assertEquals(List.of("other", "docker", "alive"), host.windows.systems());
        assertTrue(host.windows.network().endpointNames().isEmpty());
        assertTrue(host.windows.network().namespaceIds().isEmpty());
        host.windows.removePlanted();
        Files.delete(foreign);
    }

    @Test
    public void a_host_that_is_too_old_says_so() throws IOException {
        host.windows.build(14393);
        assertThat(host.host().unavailable().orElseThrow(), containsString("older than Windows Server 2019"));
    }

    @Test
    public void two_runs_at_once_do_not_disturb_each_other() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        Runnable run = () -> {
            try {
                host.run("cmd /S /C echo x && print 20000");
            } catch (IOException | RuntimeException e) {
                failures.incrementAndGet();
            }
        };
        List<Thread> threads = List.of(new Thread(run), new Thread(run));
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, failures.get());
        assertEquals(2 * 20_003, host.out.size());
    }
}
