package io.jenkins.plugins.windowsimage.engine.windows.storage;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.image.Platform;
import io.jenkins.plugins.windowsimage.engine.layer.Compression;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.windows.LayerChain;
import io.jenkins.plugins.windowsimage.engine.windows.LayerStorage;
import io.jenkins.plugins.windowsimage.engine.windows.RunFailedException;
import io.jenkins.plugins.windowsimage.engine.windows.RunHost;
import io.jenkins.plugins.windowsimage.engine.windows.RunRequest;
import io.jenkins.plugins.windowsimage.engine.windows.RunRequest.Isolation;
import io.jenkins.plugins.windowsimage.engine.windows.sim.SimRunHosts;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** RUN from the layers of an image to a new layer, with nothing but Windows itself simulated. */
public class RunOnLayersTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private static RunRequest request(Isolation isolation, String command, LayerBlob... layers) {
        return new RunRequest(Platform.WINDOWS_AMD64.withOsVersion("10.0.20348.1"),
                List.of(layers),
                "cmd /S /C \"" + command + "\"", Map.of(), "C:\\", null, List.of(), "none", Map.of(),
                new RunRequest.Limits(isolation, 0, 0, 0, null), Compression.GZIP, -1, null);
    }

    private void runs(Isolation isolation) throws IOException {
        try (StorageFixture fixture = new StorageFixture(folder.getRoot().toPath().toRealPath())) {
            LayerBlob base = fixture.put(StorageFixture.baseTar());
            LayerBlob update = fixture.put(StorageFixture.updateTar());
            LayerStorage storage = fixture.storage();
            try (RunHost host = SimRunHosts.on(fixture.windows, fixture.root, storage)) {
                LayerBlob first = host.run(
                        request(isolation, "mkdir C:\\out && write C:\\out\\a one && delete C:\\data\\kept && setreg K N V", base, update),
                        (error, bytes, length) -> { }, fixture.cancellation);
                LayerBlob second = host.run(
                        request(isolation, "append C:\\out\\a two && require C:\\Windows\\System32\\cmd.exe", base,
                                update, first),
                        (error, bytes, length) -> { }, fixture.cancellation);
                RunFailedException e = assertThrows(RunFailedException.class, () -> host.run(
                        request(isolation, "require C:\\data\\kept", base, update, first),
                        (error, bytes, length) -> { }, fixture.cancellation));
                assertEquals(1, e.exitCode());
                try (LayerChain chain = storage.open(List.of(base, update, first, second), fixture.cancellation)) {
                    Map<String, String> view = fixture.view(chain.parents().get(0).directory());
                    assertEquals("onetwo", view.get("out/a").replaceAll("\\s", ""));
                    assertFalse(view.containsKey("data/kept"));
                    assertTrue(view.containsKey("new/cmd.exe"));
                }
            }
            assertEquals(List.of(), fixture.leftovers());
        }
    }

    @Test
    public void what_one_command_changes_the_next_one_sees() throws IOException {
        runs(Isolation.PROCESS);
    }

    @Test
    public void it_does_so_in_a_virtual_machine_as_well() throws IOException {
        runs(Isolation.HYPERV);
    }
}
