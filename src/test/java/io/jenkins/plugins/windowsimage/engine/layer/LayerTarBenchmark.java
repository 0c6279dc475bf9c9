package io.jenkins.plugins.windowsimage.engine.layer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Headers of a layer tar, without compression and hashes; an operation is a file of 4 kB. */
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LayerTarBenchmark {
    private static final int FILES = 10_000;

    private final byte[] content = new byte[4096];

    @Benchmark
    @OperationsPerInvocation(FILES)
    public LayerTarWriter write() throws IOException {
        LayerTarWriter tar = new LayerTarWriter(OutputStream.nullOutputStream(), null);
        tar.write(LayerEntry.directory("Files", SecurityDescriptor.forDirectory(), LayerTimes.at(Instant.EPOCH)));
        for (int i = 0; i < FILES; i++) {
            String directory = "Files/directory" + i / 250;
            if (i % 250 == 0) {
                tar.write(LayerEntry.directory(directory, SecurityDescriptor.forDirectory(), LayerTimes.at(Instant.EPOCH)));
            }
            tar.write(LayerEntry.file(directory + "/some-file-" + i + ".dll", content.length, SecurityDescriptor.forFile(),
                    LayerTimes.at(Instant.ofEpochSecond(1_700_000_000L + i, 123_456_700))), new ByteArrayInputStream(content));
        }
        tar.finish();
        return tar;
    }
}
