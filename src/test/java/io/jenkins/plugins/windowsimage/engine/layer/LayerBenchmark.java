package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.files.FileNode;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.store.BlobWriter;
import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Measures whole layers: {@code LayerBenchmark pipeline FILE [ROUNDS]} writes the file as one layer, {@code LayerBenchmark index
 * ENTRIES DIRECTORY} writes and indexes a layer of that many empty files. Not a test.
 */
public final class LayerBenchmark {
    private final ExecutorService workers = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());

    private LayerBenchmark() {}

    /** Runs what the first argument names. */
    public static void main(String[] args) throws IOException {
        LayerBenchmark benchmark = new LayerBenchmark();
        try {
            if (args[0].equals("pipeline")) {
                for (int round = 0; round < (args.length > 2 ? Integer.parseInt(args[2]) : 3); round++) {
                    for (Compression type : Compression.values()) {
                        benchmark.pipeline(Path.of(args[1]), LayerCompression.of(type));
                    }
                }
            } else {
                benchmark.index(Integer.parseInt(args[1]), Path.of(args[2]));
            }
        } finally {
            benchmark.workers.shutdownNow();
        }
    }

    private void pipeline(Path file, LayerCompression compression) throws IOException {
        long wall = System.nanoTime();
        long cpu = cpuTime();
        DiscardingStore store = new DiscardingStore();
        LayerBlob layer;
        try (LayerBlobWriter blob = new LayerBlobWriter(store, compression, workers, new Cancellation(), System.err::println);
                InputStream content = Files.newInputStream(file)) {
            LayerTarWriter tar = new LayerTarWriter(blob, null);
            tar.write(LayerEntry.file("file", Files.size(file), SecurityDescriptor.forFile(), LayerTimes.at(Instant.EPOCH)), content);
            tar.finish();
            layer = blob.finish();
        }
        double megabytes = layer.uncompressedSize() / 1e6;
        System.out.printf("%-5s %6.0f MB/s  %6.1f MB/cpu-s  %6.3f %%%n", compression.type(),
                megabytes / ((System.nanoTime() - wall) / 1e9), megabytes / ((cpuTime() - cpu) / 1e9),
                100.0 * layer.descriptor().size() / layer.uncompressedSize());
    }

    private void index(int entries, Path directory) throws IOException {
        Path blobFile = directory.resolve("layer.tar.gz");
        long cpu = cpuTime();
        LayerBlob layer;
        try (OutputStream out = Files.newOutputStream(blobFile);
                LayerBlobWriter blob = new LayerBlobWriter(new FileStore(blobFile, out), LayerCompression.DEFAULT, workers,
                        new Cancellation(), System.err::println)) {
            LayerTarWriter tar = new LayerTarWriter(blob, null);
            tar.write(LayerEntry.directory("Files", SecurityDescriptor.forDirectory(), LayerTimes.at(Instant.EPOCH)));
            for (int i = 0; i < entries; i++) {
                if (i % 1000 == 0) {
                    tar.write(LayerEntry.directory("Files/directory" + i / 1000, SecurityDescriptor.forDirectory(),
                            LayerTimes.at(Instant.EPOCH)));
                }
                tar.write(LayerEntry.file("Files/directory" + i / 1000 + "/some-file-" + i + ".dll", 0, SecurityDescriptor.forFile(),
                        LayerTimes.at(Instant.ofEpochSecond(i, 100))));
            }
            tar.finish();
            layer = blob.finish();
        }
        report("written", entries, cpu);
        for (int round = 0; round < 2; round++) {
            cpu = cpuTime();
            LayerTree tree = LayerTree.open(new FileStore(blobFile, null), List.of(layer), TarLayout.WINDOWS, directory,
                    ReadLimits.DEFAULT, workers, new Cancellation());
            report(round == 0 ? "indexed" : "loaded", entries, cpu);
            cpu = cpuTime();
            List<FileNode> children = tree.children(tree.find("directory1").orElseThrow());
            children.forEach(child -> tree.find(child.path()).orElseThrow());
            report("looked up", children.size(), cpu);
        }
    }

    private static void report(String what, int entries, long cpu) {
        double seconds = (cpuTime() - cpu) / 1e9;
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        System.out.printf("%-10s %8d entries  %5.2f cpu-s  %5.1f microseconds each  %4d MB live%n", what, entries, seconds,
                seconds * 1e6 / entries, runtime.totalMemory() - runtime.freeMemory() >> 20);
    }

    private static long cpuTime() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** Hashes blobs as a store does and forgets them. */
    private static class DiscardingStore implements ContentStore {
        @Override
        public boolean contains(Digest digest) {
            return false;
        }

        @Override
        public long size(Digest digest) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SeekableByteChannel open(Digest digest) throws IOException {
            throw new UnsupportedOperationException();
        }

        @Override
        public BlobWriter writer() {
            return new Hashing(OutputStream.nullOutputStream());
        }

        @Override
        public BlobWriter resume(Descriptor expected) {
            throw new UnsupportedOperationException();
        }
    }

    /** One blob in one file. */
    private static final class FileStore extends DiscardingStore {
        private final Path file;
        private final OutputStream out;

        FileStore(Path file, OutputStream out) {
            this.file = file;
            this.out = out;
        }

        @Override
        public SeekableByteChannel open(Digest digest) throws IOException {
            return Files.newByteChannel(file);
        }

        @Override
        public BlobWriter writer() {
            return new Hashing(out);
        }
    }

    private static final class Hashing implements BlobWriter {
        private final OutputStream out;
        private final MessageDigest digest = Digest.start();
        private long position;

        Hashing(OutputStream out) {
            this.out = out;
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            digest.update(bytes, offset, length);
            out.write(bytes, offset, length);
            position += length;
        }

        @Override
        public void restart() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Digest commit() {
            return Digest.of(digest);
        }

        @Override
        public void commit(Digest expected) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
