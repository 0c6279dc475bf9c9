package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/**
 * Each native call on the way of a whole build fails once, at its first use, and those of layers and privileges at their last: the build says which step and which call,
 * the next build removes what is left, and succeeds.
 */
@RunWith(Parameterized.class)
public class FailingBuildCallsTest {
    private static final String DOCKERFILE =
            "FROM base\nENV A=1\nRUN --mount=type=cache,target=C:/c write C:\\a.txt x && delete C:\\data\\kept && print 9000\n";
    private static final int FAILURE = 0x80004005;

    /** Calls that look, sweep, release or remove: when they fail, what they are for is done later or by another way. */
    private static final Pattern MAY_SUCCEED = Pattern.compile(
            "ComputeCore\\.Hcs(Enumerate|Open|Close|Terminate|ShutDown|GetOperation|WaitForOperationResult|CreateOperation).*"
                    + "|ComputeNetwork\\.Hcn(Close|Delete|EnumerateEndpoints|OpenEndpoint|QueryEndpoint|ModifyNamespace|OpenNamespace).*"
                    + "|Kernel32\\.(CloseHandle|LocalFree|CancelIoEx|GetCurrentProcess|MoveFileExW)|VmCompute\\.DestroyLayer"
                    + "|Ole32\\..*|IpHelper\\.FreeMibTable|Advapi32\\..*");

    /** Calls that also remove temporary files at the end, which is tried again. */
    private static final Pattern SERVES_REMOVAL_TOO =
            Pattern.compile("NtDll\\.Nt.*|Kernel32\\.(CreateFileW|BackupRead|GetFileInformationByHandleEx)");

    @Rule
    public final SimulatedMachine machine = new SimulatedMachine();

    private final String call;
    private final int occurrence;

    public FailingBuildCallsTest(String call, int occurrence) {
        this.call = call;
        this.occurrence = occurrence;
    }

    @Parameters(name = "{0} #{1}")
    public static List<Object[]> calls() throws IOException {
        Map<String, Integer> counts = new LinkedHashMap<>();
        SimulatedMachine machine = new SimulatedMachine();
        machine.before();
        try {
            machine.image(DOCKERFILE);
            machine.windows.faults().calls().forEach(call -> counts.merge(call, 1, Integer::sum));
        } finally {
            machine.after();
        }
        // Read while the build is prepared, where no Windows lets it fail.
        counts.remove("NtDll.RtlGetVersion");
        List<Object[]> parameters = new ArrayList<>();
        counts.forEach((call, count) -> {
            parameters.add(new Object[] {call, 1});
            if (count > 1 && call.matches("(Advapi32|VmCompute)\\..*")) {
                parameters.add(new Object[] {call, count});
            }
        });
        return parameters;
    }

    @Test
    public void a_failure_is_told_and_the_next_build_succeeds() throws IOException {
        machine.windows.faults().fail(call, occurrence, FAILURE);
        CommandLineRun run = machine.build(DOCKERFILE);
        if (run.code() == 0) {
            assertTrue(call + " failed and nobody noticed", machine.windows.faults().count(call) < occurrence
                    || MAY_SUCCEED.matcher(call).matches()
                    || occurrence > 1 && SERVES_REMOVAL_TOO.matcher(call).matches());
        } else {
            assertTrue(run.code() + run.err(), run.code() == 1 || run.code() == 4);
            String message = machine.result().at("/error/message").asText();
            assertTrue(message, message.startsWith("line 3 (RUN "));
            assertTrue(message, message.contains(" failed: ") || call.startsWith("Advapi32"));
            assertEquals(3, machine.result().at("/error/line").asInt());
        }
        machine.windows.faults().clear();
        assertEquals(0, machine.build(DOCKERFILE, "--no-cache").code());
        assertEquals(List.of(), machine.leftovers().stream().filter(each -> !isOfTheCallItself(each)).toList());
    }

    /** What the failing call would have released: a living process does not take it for what a dead one left. */
    private boolean isOfTheCallItself(String leftover) {
        return leftover.matches("(endpoint|namespace) left.*")
                        && call.matches("ComputeNetwork\\.Hcn(Delete|ModifyNamespace|OpenNamespace).*")
                || leftover.startsWith("privilege") && call.matches("Advapi32\\..*|Kernel32\\.GetCurrentProcess");
    }
}
