package io.jenkins.plugins.windowsimage.engine.windows;

import static org.junit.Assert.assertEquals;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.windows.RunRequest.Isolation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/** The build is cancelled during each of the native calls of a RUN: it ends, and nothing is left. */
@RunWith(Parameterized.class)
public class CancelledCallsTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final Isolation isolation;
    private final String call;

    public CancelledCallsTest(Isolation isolation, String call) {
        this.isolation = isolation;
        this.call = call;
    }

    @Parameters(name = "{0}: {1}")
    public static List<Object[]> calls() throws IOException {
        List<Object[]> parameters = new ArrayList<>();
        TemporaryFolder folder = new TemporaryFolder();
        folder.create();
        try {
            for (Isolation isolation : List.of(Isolation.PROCESS, Isolation.HYPERV)) {
                SimulatedHost host = host(folder.newFolder(isolation.name()).toPath(), isolation);
                host.run("cmd /S /C write C:\\a.txt x");
                host.windows.faults().calls().stream()
                        .distinct()
                        .forEach(call -> parameters.add(new Object[] {isolation, call}));
            }
        } finally {
            folder.delete();
        }
        return parameters;
    }

    private static SimulatedHost host(Path root, Isolation isolation) throws IOException {
        SimulatedHost host = new SimulatedHost(root);
        host.isolation = isolation;
        host.network = "nat";
        return host;
    }

    @Test
    public void a_cancellation_leaves_nothing() throws IOException {
        SimulatedHost host = host(folder.getRoot().toPath(), isolation);
        host.windows.faults().runAt(call, 1, host.cancellation::request);
        try {
            host.run("cmd /S /C write C:\\a.txt x");
        } catch (EngineException e) {
            assertEquals(e.getMessage(), ErrorKind.CANCELLED, e.kind());
        }
        assertEquals(List.of(), host.leftovers());
    }
}
