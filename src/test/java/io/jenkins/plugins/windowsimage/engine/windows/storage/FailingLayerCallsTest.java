package io.jenkins.plugins.windowsimage.engine.windows.storage;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.layer.Compression;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.windows.LayerChain;
import io.jenkins.plugins.windowsimage.engine.windows.LayerStorage;
import io.jenkins.plugins.windowsimage.engine.windows.Scratch;
import io.jenkins.plugins.windowsimage.engine.windows.sim.SimWindows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * Every native call on the way from a tar to a captured layer fails: nothing is left, and the same work succeeds
 * afterwards.
 */
public class FailingLayerCallsTest {
    private static final int FAILURE = 0x80004005;

    /** Calls of the sweep at the start, of releasing and of removing: what they cannot do the next start does. */
    private static final Pattern MAY_SUCCEED =
            Pattern.compile("Advapi32\\..*|Kernel32\\.(GetCurrentProcess|CloseHandle|MoveFileExW)"
            + "|VmCompute\\.DestroyLayer");

    /** Calls that at first unpack layers, and later remove temporary files too, or end a backup stream. */
    private static final Pattern SERVES_REMOVAL_TOO = Pattern.compile("NtDll\\.Nt.*|Kernel32\\.(CreateFileW|BackupRead"
            + "|GetFileInformationByHandleEx)");

    private static final String OF_FILES = "Kernel32\\.(SetFileInformationByHandle|BackupWrite|WriteFile|ReadFile)";

    private final Set<String> done = new HashSet<>();

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    /** A whole RUN as the storage sees it, on 18363 so that the volume is enlarged too. */
    private static void work(StorageFixture fixture) throws IOException {
        LayerBlob base = fixture.put(StorageFixture.baseTar());
        LayerBlob update = fixture.put(StorageFixture.updateTar());
        try (LayerStorage storage = fixture.storage()) {
            storage.sweep();
            try (LayerChain chain = storage.open(List.of(base, update), fixture.cancellation);
                    Scratch scratch = chain.createScratch(0)) {
                scratch.mount();
                Path drive = fixture.windows.layers().drive(scratch.directory());
                Files.writeString(drive.resolve("made"), "made");
                Files.delete(drive.resolve("new/f"));
                scratch.unmount();
                scratch.capture(Compression.GZIP, -1, null, fixture.cancellation);
            }
        }
    }

    private StorageFixture fixture(String name) throws IOException {
        StorageFixture fixture = new StorageFixture(folder.newFolder(name).toPath().toRealPath());
        fixture.windows.build(18363);
        return fixture;
    }

    @Test
    public void every_call_may_fail() throws IOException {
        Map<String, Integer> counts = new LinkedHashMap<>();
        try (StorageFixture fixture = fixture("good")) {
            work(fixture);
            assertEquals(List.of(), fixture.leftovers());
            SimWindows windows = fixture.windows;
            windows.faults().calls().forEach(call -> counts.merge(call, 1, Integer::sum));
        }
        assertTrue(counts.keySet().toString(), counts.keySet().containsAll(List.of("VmCompute.ImportLayer",
                "VmCompute.ExportLayer", "NtDll.NtCreateFile", "Kernel32.BackupWrite", "Kernel32.BackupRead",
                "Kernel32.DeviceIoControl", "Kernel32.WriteFile", "NtDll.NtSetInformationFile")));
        for (Map.Entry<String, Integer> call : counts.entrySet()) {
            int last = call.getValue();
            boolean ofFiles = SERVES_REMOVAL_TOO.matcher(call.getKey()).matches() || call.getKey().matches(OF_FILES);
            int pieces = ofFiles ? 4 : 2;
            for (int i = 0; i <= pieces; i++) {
                failOnce(call.getKey(), 1 + (last - 1) * i / pieces);
            }
        }
    }

    private void failOnce(String call, int occurrence) throws IOException {
        String name = call + "-" + occurrence;
        if (!done.add(name)) {
            return;
        }
        try (StorageFixture fixture = fixture(name)) {
            fixture.windows.faults().fail(call, occurrence, FAILURE);
            try {
                work(fixture);
                assertTrue(name + " went unnoticed", MAY_SUCCEED.matcher(call).matches()
                        || occurrence > 1 && SERVES_REMOVAL_TOO.matcher(call).matches());
            } catch (EngineException | IllegalStateException e) {
                assertTrue(name + ": " + e.getMessage(), e.getMessage().contains(call.substring(call.indexOf('.') + 1))
                        || call.equals("NtDll.RtlNtStatusToDosError"));
            }
            try (LayerStorage next = fixture.storage()) {
                next.sweep();
            }
            List<String> left = fixture.leftovers().stream()
                    .filter(each -> !each.startsWith("privilege") || !call.startsWith("Advapi32"))
                    .filter(each -> !each.startsWith("privilege") || !call.startsWith("Kernel32.GetCurrentProcess"))
                    .toList();
            assertEquals(name, List.of(), left);
            if (occurrence == 1) {
                work(fixture);
            }
        }
    }
}
