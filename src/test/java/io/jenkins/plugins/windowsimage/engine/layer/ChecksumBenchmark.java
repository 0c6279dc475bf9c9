package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.security.MessageDigest;
import java.util.Random;
import java.util.zip.CRC32;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The floor under every layer: its tar is hashed and gets a checksum, and its blob is hashed. An operation is a MB (1,000,000
 * bytes).
 */
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChecksumBenchmark {
    private final byte[] block = new byte[1_000_000];
    private final MessageDigest digest = Digest.start();
    private final CRC32 checksum = new CRC32();

    public ChecksumBenchmark() {
        new Random(1).nextBytes(block);
    }

    @Benchmark
    public MessageDigest sha256() {
        digest.update(block);
        return digest;
    }

    @Benchmark
    public long crc32() {
        checksum.update(block);
        return checksum.getValue();
    }
}
