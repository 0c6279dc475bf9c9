package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.build.BuildContext;
import io.jenkins.plugins.windowsimage.engine.build.BuildOptions;
import io.jenkins.plugins.windowsimage.engine.build.BuildResult;
import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.build.ImageBuild;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import io.jenkins.plugins.windowsimage.engine.layer.Compression;
import io.jenkins.plugins.windowsimage.engine.registry.RegistryOptions;
import io.jenkins.plugins.windowsimage.engine.store.StorageRoot;
import io.jenkins.plugins.windowsimage.engine.windows.RunHost;
import io.jenkins.plugins.windowsimage.engine.windows.RunRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * Builds as the command does, with what a user cannot choose: another clock, and registries that are given up sooner.
 *
 * @param root of the store
 * @param base stands for the image {@code base}
 */
record EngineBuild(Path root, Path base, RegistryOptions registries, Clock clock) {

    /**
     * Builds and perhaps pushes.
     *
     * @param name of the image
     * @param output tar to write the image to as an OCI layout; null for none
     */
    BuildResult run(Path context, String name, boolean push, Path output) throws IOException {
        BuildOptions options = new BuildOptions(
                List.of(ImageReference.parse(name)),
                Map.of(),
                null,
                Platform.WINDOWS_AMD64,
                Map.of(),
                Map.of(),
                Map.of("base", "oci-layout://" + base),
                Map.of(),
                List.of(),
                List.of(),
                false,
                false,
                BuildOptions.PullPolicy.ALWAYS,
                push,
                output == null ? List.of() : List.of(new BuildOptions.OutputTarget(BuildOptions.OutputTarget.Type.OCI_TAR, output)),
                Compression.GZIP,
                -1,
                null,
                new RunRequest.Limits(RunRequest.Isolation.AUTO, 0, 0, 0, null),
                "nat",
                null,
                false,
                false);
        Cancellation cancellation = new Cancellation();
        try (Engine engine = new Engine(new StorageRoot(root), registries, cancellation);
                RunHost host = new ThisMachine().runHost(engine)) {
            return new ImageBuild(
                            engine, host, null, options, BuildContext.directory(context, (Path) null), clock, event -> { }, cancellation)
                    .run();
        }
    }
}
