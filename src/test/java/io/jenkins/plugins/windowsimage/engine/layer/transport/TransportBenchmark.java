package io.jenkins.plugins.windowsimage.engine.layer.transport;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.layer.LayerEntry;
import io.jenkins.plugins.windowsimage.engine.layer.LayerReader;
import io.jenkins.plugins.windowsimage.engine.layer.LayerTarWriter;
import io.jenkins.plugins.windowsimage.engine.layer.ReadLimits;
import io.jenkins.plugins.windowsimage.engine.layer.SecurityDescriptor;
import io.jenkins.plugins.windowsimage.engine.layer.TarLayout;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Says how fast layers go into transport form and out of it, on real files, in CPU time, which JMH does not measure; run by
 * {@code cli/bench/transport DIRECTORY}.
 */
final class TransportBenchmark {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Path root;
    private final NtfsModel ntfs = new NtfsModel();

    private TransportBenchmark(Path root) {
        this.root = root;
    }

    public static void main(String[] args) throws IOException {
        Path root = Files.createTempDirectory(Path.of(args[0]), "benchmark");
        TransportBenchmark benchmark = new TransportBenchmark(root);
        // The first rounds only warm up.
        for (boolean told : new boolean[] {false, true}) {
            benchmark.run("200 files of 1 MB", 200, 1 << 20, told);
            benchmark.run("20,000 files of 4 kB", 20_000, 4 << 10, told);
        }
        Files.delete(root);
    }

    private interface Work {
        void run() throws IOException;
    }

    private void run(String name, int files, int size, boolean told) throws IOException {
        Path tar = root.resolve("tar");
        write(tar, files, size);
        long bytes = Files.size(tar);
        Path staging = Files.createDirectory(root.resolve("staging"));
        Path layer = Files.createDirectory(root.resolve("layer"));
        measure(name + ", in", bytes, files, told, () -> unpack(tar, staging, layer));
        measure(name + ", out", bytes, files, told, () -> pack(staging));
        ntfs.deleteTree(staging);
        ntfs.deleteTree(layer);
        Files.delete(tar);
    }

    private static void measure(String what, long bytes, int files, boolean told, Work work) throws IOException {
        long cpu = THREADS.getCurrentThreadCpuTime();
        long user = THREADS.getCurrentThreadUserTime();
        work.run();
        double seconds = (THREADS.getCurrentThreadCpuTime() - cpu) / 1e9;
        if (told) {
            System.out.printf(Locale.ROOT, "%s: %.0f MB and %.0f files per CPU-s, %.0f %% of it in the kernel%n",
                    what, bytes / seconds / 1e6, files / seconds,
                    100 - (THREADS.getCurrentThreadUserTime() - user) / seconds / 1e7);
        }
    }

    private static void write(Path tar, int files, int size) throws IOException {
        byte[] content = new byte[size];
        new Random(1).nextBytes(content);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(tar), 1 << 16)) {
            LayerTarWriter writer = new LayerTarWriter(out, null);
            for (String directory : List.of("Hives", "Files")) {
                writer.write(LayerEntry.directory(directory, SecurityDescriptor.forDirectory(), LayerTar.TIMES));
            }
            for (int i = 0; i < files; i++) {
                if (i % 100 == 0) {
                    writer.write(LayerEntry.directory(
                            "Files/d" + i / 100, SecurityDescriptor.forDirectory(), LayerTar.TIMES));
                }
                writer.write(LayerEntry.file("Files/d" + i / 100 + "/f" + i, size, SecurityDescriptor.forFile(),
                        LayerTar.TIMES), new ByteArrayInputStream(content));
            }
            writer.finish();
        }
    }

    private void unpack(Path tar, Path staging, Path layer) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(tar), 1 << 16);
                LayerReader reader = new LayerReader(in, "layer", TarLayout.WINDOWS, ReadLimits.DEFAULT);
                TransportUnpacker unpacker = new TransportUnpacker("layer", new ModelFiles(ntfs, staging),
                        new ModelFiles(ntfs, layer), List::of, root, new Cancellation())) {
            unpacker.unpack(reader);
            unpacker.finishStaging();
        }
    }

    private void pack(Path staging) throws IOException {
        LayerTarWriter tar = new LayerTarWriter(OutputStream.nullOutputStream(), null);
        new TransportReader(new ModelFiles(ntfs, staging), tar, new Cancellation(), System.err::println).writeEntries();
        tar.finish();
    }
}
