package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * Remembers from build to build the digests of the files of one directory, so that files that did not change need not
 * be read again. An entry holds for one {@link FileStamp}. What is found damaged is forgotten. Several processes may
 * use one file: each replaces it as a whole, and the last one stays. Thread-safe; {@link #close()} writes what is new.
 */
public final class DigestCache implements Closeable {
    private static final byte[] MAGIC = "windows-image digests 3\n".getBytes(StandardCharsets.US_ASCII);
    private static final String TEMPORARY = ".tmp";
    /** Length of the CRC-32 at the end, which finds damage and costs next to nothing even before anything is compiled. */
    private static final int CHECKSUM = Long.BYTES;
    /**
     * A file that was written this short ago could be written again without a new time, on systems with coarse clocks.
     */
    private static final Duration SETTLED = Duration.ofSeconds(2);
    /** Entries of files that are gone, or are not copied any more, beyond which they are dropped. */
    private static final int MOST_UNUSED = 10_000;

    private final Path file;
    private final Clock clock;
    private final DigestTable known;
    /** Of files that later builds have to read again. */
    private final DigestTable passing = new DigestTable();
    private boolean changed;

    /**
     * Opens the cache.
     *
     * @param directory where caches are kept, one file for each content; made when it does not exist
     * @param content what the files belong to: the absolute path of the context
     */
    public DigestCache(Path directory, String content) throws IOException {
        this(directory, content, Clock.systemUTC());
    }

    DigestCache(Path directory, String content, Clock clock) throws IOException {
        Files.createDirectories(directory);
        deleteLeftovers(directory, clock.instant().minus(Duration.ofDays(1)));
        this.file = directory.resolve(Digest.of(content).hex());
        this.clock = clock;
        this.known = load(file);
    }

    /**
     * The digest of the file that this stamp was taken of, 32 bytes; null if it is not known.
     *
     * @param keys not used by another thread at the same time
     */
    byte[] find(FileStamp stamp, StampKeys keys) {
        return find(keys.of(stamp));
    }

    private synchronized byte[] find(ByteBuffer key) {
        byte[] digest = known.get(key);
        return digest != null ? digest : passing.get(key);
    }

    /** The time, to be asked for before a file is read whose digest is to be noted. */
    Instant now() {
        return clock.instant();
    }

    /**
     * Notes what was read of a file: for this build in any case, and for later ones unless the file was so young when it was
     * read that it could change without showing it. A file that changed between being found and being read has another stamp by
     * then, so that nobody asks for this one again.
     *
     * @param found stamp when the build found the file
     * @param digest of what was read, 32 bytes
     * @param read when the reading began, see {@link #now}
     * @param keys not used by another thread at the same time
     * @throws IOException if another content of the file was noted before; the next build goes by this one
     */
    void note(FileStamp found, byte[] digest, Instant read, StampKeys keys) throws IOException {
        Instant settled = read.minus(SETTLED);
        boolean lasting = found.modified().isBefore(settled) && found.changed().isBefore(settled);
        if (!note(keys.of(found), digest, lasting)) {
            throw OpenDirectory.changed(NativeNames.resolve(Path.of(found.root()), found.path()), "changed", null);
        }
    }

    private synchronized boolean note(ByteBuffer key, byte[] digest, boolean lasting) {
        byte[] lastingBefore = known.get(key);
        byte[] before = lastingBefore != null ? lastingBefore : passing.get(key);
        if (lasting || lastingBefore != null) {
            known.put(key, digest);
            changed |= !Arrays.equals(digest, lastingBefore);
        } else {
            passing.put(key, digest);
        }
        return before == null || Arrays.equals(before, digest);
    }

    /** What processes that were killed left behind. */
    private static void deleteLeftovers(Path directory, Instant before) throws IOException {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory, "*" + TEMPORARY)) {
            for (Path leftover : leftovers) {
                if (Files.getLastModifiedTime(leftover).toInstant().isBefore(before)) {
                    Files.deleteIfExists(leftover);
                }
            }
        } catch (NoSuchFileException e) {
            // Another process was finished with it.
        }
    }

    private static DigestTable load(Path file) throws IOException {
        DigestTable table = new DigestTable();
        if (!Files.exists(file)) {
            return table;
        }
        CRC32 checksum = new CRC32();
        try (InputStream raw = Files.newInputStream(file);
                DataInputStream in = new DataInputStream(
                        new CheckedInputStream(new BufferedInputStream(raw, 1 << 16), checksum))) {
            boolean ours = Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
            long entries = (Files.size(file) - MAGIC.length - CHECKSUM) / DigestTable.ENTRY_BYTES;
            if (ours && entries >= 0 && entries < Integer.MAX_VALUE / DigestTable.ENTRY_BYTES) {
                table.read(in, (int) entries);
                long computed = checksum.getValue();
                if (computed == in.readLong() && in.read() < 0) {
                    return table;
                }
            }
        } catch (EOFException e) {
            // Damaged: as good as absent.
        }
        return new DigestTable();
    }

    /** Writes what is new for the next build. */
    @Override
    public synchronized void close() throws IOException {
        if (!changed) {
            return;
        }
        Path temporary = Files.createTempFile(file.getParent(), "digests", TEMPORARY);
        try {
            CRC32 checksum = new CRC32();
            try (OutputStream raw = new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16)) {
                DataOutputStream out = new DataOutputStream(new CheckedOutputStream(raw, checksum));
                out.write(MAGIC);
                known.write(out, known.size() > known.usedSize() + MOST_UNUSED);
                out.writeLong(checksum.getValue());
            }
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
        changed = false;
    }
}
