package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import io.jenkins.plugins.windowsimage.engine.layer.Compression;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.plan.ImageSource;
import io.jenkins.plugins.windowsimage.engine.windows.RunHost;
import io.jenkins.plugins.windowsimage.engine.windows.RunRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** Runs one command on an image, to see whether this machine can. What it makes is left to the next pruning. */
public final class TrialRun {
    private final Engine engine;
    private final RunHost runHost;
    private final ImageReference image;
    private final BaseImages images;

    /**
     * @param image pulled if the store lacks it
     * @param hostVersion version of this Windows host; null elsewhere
     */
    public TrialRun(Engine engine, RunHost runHost, ImageReference image, String hostVersion) {
        this.engine = engine;
        this.runHost = runHost;
        this.image = image;
        this.images = new BaseImages(engine, BuildOptions.PullPolicy.MISSING, hostVersion, event -> { }, Clock.systemUTC());
    }

    /**
     * Runs a command without network.
     *
     * @return what it printed on standard output
     * @throws io.jenkins.plugins.windowsimage.engine.EngineException as {@link RunHost#run}, or of kind REGISTRY_ERROR
     */
    public String run(String commandLine, RunRequest.Isolation isolation) throws IOException {
        BaseImage base = images.find(new ImageSource.Named(image), Platform.WINDOWS_AMD64);
        base.fetcher().fetch(base.layers().stream().map(LayerBlob::descriptor).toList());
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        runHost.run(
                new RunRequest(base.config().platform(), base.layers(), commandLine, Map.of(), "C:\\",
                        null, List.of(), "none", Map.of(), new RunRequest.Limits(isolation, 0, 0, 0, null), Compression.GZIP, 1, null),
                (error, bytes, length) -> {
                    if (!error) {
                        printed.write(bytes, 0, length);
                    }
                },
                engine.cancellation());
        return printed.toString(StandardCharsets.UTF_8);
    }
}
