package io.jenkins.plugins.windowsimage.engine.layer.backup;

import io.jenkins.plugins.windowsimage.engine.layer.SecurityDescriptor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Backup streams of files with a security descriptor and an alternate stream; an operation is a file. */
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BackupStreamBenchmark {
    private static final int FILES = 1000;

    private final byte[] security = SecurityDescriptor.forFile().toBytes();
    private final byte[] mark = new byte[26];

    /** Bytes of each file. */
    @Param({"4096", "1000000"})
    public int size;

    private byte[] content;
    private byte[] backup;
    private byte[] buffer;

    @Setup
    public void makeFile() throws IOException {
        content = new byte[size];
        buffer = new byte[128 * 1024];
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        writeFile(bytes);
        backup = bytes.toByteArray();
    }

    private void writeFile(OutputStream out) throws IOException {
        BackupStreamWriter writer = new BackupStreamWriter(out);
        writer.write(StreamType.SECURITY, security);
        writer.write(StreamType.DATA, content);
        writer.begin(BackupStream.alternate("Zone.Identifier", mark.length));
        writer.write(mark);
        writer.finish();
    }

    @Benchmark
    @OperationsPerInvocation(FILES)
    public void write() throws IOException {
        for (int i = 0; i < FILES; i++) {
            writeFile(OutputStream.nullOutputStream());
        }
    }

    @Benchmark
    @OperationsPerInvocation(FILES)
    public long read() throws IOException {
        long sum = 0;
        for (int i = 0; i < FILES; i++) {
            BackupStreamReader reader = new BackupStreamReader(new ByteArrayInputStream(backup));
            for (BackupStream stream = reader.next(); stream != null; stream = reader.next()) {
                sum += stream.size();
                for (int read = reader.read(buffer); read >= 0; read = reader.read(buffer)) {
                    sum += read;
                }
            }
        }
        return sum;
    }
}
