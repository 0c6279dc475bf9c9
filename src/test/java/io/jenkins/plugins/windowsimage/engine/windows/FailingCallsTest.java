package io.jenkins.plugins.windowsimage.engine.windows;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.windows.RunRequest.Isolation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/**
 * Every native call on the way of a RUN fails once, in each of the ways that a RUN can go: the error names the step and the call,
 * and nothing is left.
 */
@RunWith(Parameterized.class)
public class FailingCallsTest {
    private static final int FAILURE = 0x80004005;

    /** Calls whose failure may go without notice but for a warning: sweeping, and releasing what then ends by itself. */
    private static final Pattern MAY_SUCCEED = Pattern.compile("ComputeCore\\.Hcs(Enumerate|Open|Close|Terminate|ShutDown|GetOperation"
            + "|WaitForOperationResult$|CreateOperation|WaitForOperationResultAndProcessInfo).*"
            + "|VmCompute\\.Hcs(Close|Unregister|Terminate|Shutdown).*"
            + "|ComputeNetwork\\.Hcn(Close|Delete|EnumerateEndpoints|OpenEndpoint|QueryEndpoint|ModifyNamespace|OpenNamespace).*"
            + "|Kernel32\\.(CloseHandle|LocalFree|CancelIoEx)|Ole32\\..*|IpHelper\\.FreeMibTable|Advapi32\\.RegGetValueW");

    /** Calls without which something of the network stays until the next start sweeps it. */
    private static final Pattern LEAVES_NETWORK =
            Pattern.compile("ComputeNetwork\\.Hcn(Delete(Endpoint|Namespace)|ModifyNamespace|OpenNamespace)");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final Scenario scenario;
    private final String call;
    private final int occurrence;

    public FailingCallsTest(Scenario scenario, String call, int occurrence) {
        this.scenario = scenario;
        this.call = call;
        this.occurrence = occurrence;
    }

    private enum Scenario {
        PROCESS,
        SERVER_2019,
        HYPERV,
        CANCELLED;

        SimulatedHost host(Path root) throws IOException {
            SimulatedHost host = new SimulatedHost(root);
            host.windows.addresses().addRoute("0.0.0.0", 0, 7, 25);
            host.windows.addresses().addAdapter(7, true, "corp.example", "10.0.0.53");
            host.network = "nat";
            host.isolation = this == HYPERV ? Isolation.HYPERV : Isolation.PROCESS;
            if (this != HYPERV) {
                host.hosts = Map.of("db", "10.1.2.3");
            }
            if (this == SERVER_2019) {
                host.windows.build(17763);
                host.osVersion = "10.0.17763.1";
                host.workingDirectory = "C:\\made\\first";
            }
            if (this == CANCELLED) {
                host.output = (error, bytes, length) -> host.cancellation.request();
            }
            return host;
        }

        String command() {
            return this == CANCELLED
                    ? "cmd /S /C echo started && wait"
                    : "cmd /S /C write C:\\a.txt x && print 9000 && linger";
        }
    }

    @Parameters(name = "{0}: {1} #{2}")
    public static List<Object[]> calls() throws IOException {
        List<Object[]> parameters = new ArrayList<>();
        TemporaryFolder folder = new TemporaryFolder();
        folder.create();
        try {
            for (Scenario scenario : Scenario.values()) {
                SimulatedHost host = scenario.host(folder.newFolder(scenario.name()).toPath());
                run(host, scenario);
                Map<String, Integer> counts = new LinkedHashMap<>();
                host.windows.faults().calls().forEach(call -> counts.merge(call, 1, Integer::sum));
                // Read before the first run, and without it there is none.
                counts.remove("NtDll.RtlGetVersion");
                counts.forEach((call, count) -> {
                    for (int occurrence = 1; occurrence <= Math.min(count, 5); occurrence++) {
                        parameters.add(new Object[] {scenario, call, occurrence});
                    }
                });
            }
        } finally {
            folder.delete();
        }
        return parameters;
    }

    /** Runs; returns what it threw, or null. */
    private static EngineException run(SimulatedHost host, Scenario scenario) throws IOException {
        try {
            host.run(scenario.command());
            return null;
        } catch (EngineException e) {
            return e;
        }
    }

    @Test
    public void a_failure_names_the_step_and_leaves_nothing() throws IOException {
        SimulatedHost host = scenario.host(folder.getRoot().toPath());
        host.windows.faults().fail(call, occurrence, FAILURE);
        EngineException thrown = run(host, scenario);
        if (host.windows.faults().count(call) < occurrence) {
            assertTrue("not reached this time", thrown == null || scenario == Scenario.CANCELLED);
        } else if (thrown == null) {
            assertTrue(call + " failed and nobody noticed", MAY_SUCCEED.matcher(call).matches());
        } else if (scenario != Scenario.CANCELLED) {
            Matcher message = Pattern.compile("(?s)([A-Za-z' ]+) failed: (\\w+) returned 0x(\\w+), .*").matcher(thrown.getMessage());
            assertTrue(thrown.getMessage(), message.matches());
            assertNotEquals("", message.group(1));
        }
        List<String> left = new ArrayList<>(host.leftovers());
        if (LEAVES_NETWORK.matcher(call).matches()) {
            left.removeIf(each -> each.startsWith("endpoint left") || each.startsWith("namespace left"));
        }
        assertEquals(List.of(), left);
    }
}
