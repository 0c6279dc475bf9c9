package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.store.ImageGraph;
import io.jenkins.plugins.windowsimage.engine.store.OciLayout;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code windows-image demo}: builds the example, then reads the result back and verifies every digest. */
@Command(name = "demo", description = "Build docs/examples/hello into an OCI layout and verify it.")
final class DemoCommand implements Callable<Integer> {
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
    private boolean help;

    @Option(names = "--examples", paramLabel = "DIR", description = "Where hello and base are (default: docs/examples of this repository).")
    private Path examples;

    @Option(names = "--output", paramLabel = "DIR", description = "Keep the OCI layout here (default: it is removed).")
    private Path output;

    @Override
    public Integer call() throws IOException {
        PrintStream out = System.out;
        Path source = examples == null ? repository().resolve("docs").resolve("examples") : examples;
        Path work = Files.createTempDirectory("windows-image-demo");
        try {
            Path layout = output == null ? work.resolve("hello") : output;
            int code = Main.run(
                    "build", "--root", work.resolve("store").toString(), "--progress", "plain",
                    "--build-context", "base=oci-layout://" + source.resolve("base"),
                    "-t", "hello:demo", "-t", "hello:1.0",
                    "--output", "type=oci,tar=false,dest=" + layout,
                    source.resolve("hello").toString());
            if (code != 0) {
                return code;
            }
            Main.run("images", "--root", work.resolve("store").toString());
            Main.run("history", "--root", work.resolve("store").toString(), "hello:demo");
            out.println("Verified " + verify(layout) + " blobs of " + (output == null ? "the OCI layout" : layout) + ": every digest is right");
            return 0;
        } finally {
            try (Stream<Path> files = Files.walk(work)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** The repository that the jar was built in, two directories above it. */
    private static Path repository() {
        try {
            Path jar = Path.of(DemoCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            return jar.getParent().getParent().getParent();
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int verify(Path directory) throws IOException {
        int verified = 0;
        try (OciLayout layout = OciLayout.open(directory)) {
            ImageGraph graph = new ImageGraph(layout);
            for (Descriptor root : layout.images()) {
                for (Descriptor blob : graph.closure(root)) {
                    Digest actual = digest(layout, blob);
                    if (!actual.equals(blob.digest())) {
                        throw new IOException("the blob " + blob.digest() + " has the digest " + actual);
                    }
                    verified++;
                }
            }
        }
        return verified;
    }

    private static Digest digest(OciLayout layout, Descriptor blob) throws IOException {
        MessageDigest running = Digest.start();
        try (InputStream in = Channels.newInputStream(layout.open(blob.digest()))) {
            byte[] buffer = new byte[1 << 16];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                running.update(buffer, 0, count);
            }
        }
        return Digest.of(running);
    }
}
