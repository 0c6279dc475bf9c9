package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * Keeps the indexes of layers as files, so that a layer is decompressed for its index once on a machine. A file that is damaged,
 * cut off or of another version is as good as none. Thread-safe, and safe for several processes.
 */
final class LayerIndexFile {
    private static final int MAGIC = 0x57494C58;
    /** To be raised with every change of {@link LayerIndex} or of how it is built. */
    private static final int VERSION = 1;
    private static final int PIECE = 8192;

    private final Path file;
    private final TarLayout layout;

    /** The index of the layer with this diff id, in a directory that may not exist yet. */
    LayerIndexFile(Path directory, Digest diffId, TarLayout layout) {
        this.file = directory.resolve(diffId.hex() + "." + layout.name().toLowerCase(Locale.ROOT) + ".index");
        this.layout = layout;
    }

    /** The index, if there is a good one. */
    Optional<LayerIndex> load() throws IOException {
        try (CheckedInputStream checked = new CheckedInputStream(
                        new BufferedInputStream(Files.newInputStream(file), 1 << 16), new CRC32C());
                DataInputStream in = new DataInputStream(checked)) {
            if (in.readInt() != MAGIC || in.readInt() != VERSION) {
                return Optional.empty();
            }
            LayerIndex index = read(in);
            int expected = (int) checked.getChecksum().getValue();
            return in.readInt() == expected ? Optional.of(index) : Optional.empty();
        } catch (NoSuchFileException | EOFException e) {
            return Optional.empty();
        } catch (IllegalArgumentException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            // Damaged where a length or a descriptor stood; the checksum would have told, too late.
            return Optional.empty();
        }
    }

    private LayerIndex read(DataInputStream in) throws IOException {
        int count = length(in);
        byte[] names = bytes(in);
        byte[] kinds = in.readNBytes(count);
        int[] nameEnds = ints(in, count);
        long[] sizes = longs(in, count);
        long[] times = longs(in, count);
        long[] places = longs(in, count);
        int[] details = ints(in, count);
        List<String> texts = new ArrayList<>();
        for (int left = length(in); left > 0; left--) {
            texts.add(new String(bytes(in), StandardCharsets.UTF_8));
        }
        List<LayerIndex.Detail> directoryDetails = new ArrayList<>();
        for (int left = length(in); left > 0; left--) {
            int attributes = in.readInt();
            byte[] security = bytes(in);
            directoryDetails.add(new LayerIndex.Detail(attributes, security.length == 0 ? null : SecurityDescriptor.of(security)));
        }
        int[] externalLinks = ints(in, length(in));
        return new LayerIndex(layout, names, nameEnds, kinds, sizes, times, places, details, List.copyOf(texts),
                List.copyOf(directoryDetails), externalLinks);
    }

    /** Keeps an index; another process that does the same at the same time does no harm. */
    void save(LayerIndex index) throws IOException {
        Files.createDirectories(file.getParent());
        Path temporary = Files.createTempFile(file.getParent(), "index", ".tmp");
        try {
            try (CheckedOutputStream checked = new CheckedOutputStream(
                            new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16), new CRC32C());
                    DataOutputStream out = new DataOutputStream(checked)) {
                out.writeInt(MAGIC);
                out.writeInt(VERSION);
                write(index, out);
                out.writeInt((int) checked.getChecksum().getValue());
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void write(LayerIndex index, DataOutputStream out) throws IOException {
        out.writeInt(index.count());
        write(index.names(), out);
        out.write(index.kinds());
        write(index.nameEnds(), out);
        write(index.sizes(), out);
        write(index.times(), out);
        write(index.places(), out);
        write(index.details(), out);
        out.writeInt(index.texts().size());
        for (String text : index.texts()) {
            write(text.getBytes(StandardCharsets.UTF_8), out);
        }
        out.writeInt(index.directoryDetails().size());
        for (LayerIndex.Detail detail : index.directoryDetails()) {
            out.writeInt(detail.attributes());
            write(detail.security() == null ? new byte[0] : detail.security().toBytes(), out);
        }
        out.writeInt(index.externalLinks().length);
        write(index.externalLinks(), out);
    }

    private static void write(byte[] bytes, DataOutputStream out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static void write(int[] column, DataOutputStream out) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE * Integer.BYTES);
        for (int from = 0; from < column.length; from += PIECE) {
            int length = Math.min(PIECE, column.length - from);
            piece.asIntBuffer().put(column, from, length);
            out.write(piece.array(), 0, length * Integer.BYTES);
        }
    }

    private static void write(long[] column, DataOutputStream out) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE * Long.BYTES);
        for (int from = 0; from < column.length; from += PIECE) {
            int length = Math.min(PIECE, column.length - from);
            piece.asLongBuffer().put(column, from, length);
            out.write(piece.array(), 0, length * Long.BYTES);
        }
    }

    private static int[] ints(DataInputStream in, int count) throws IOException {
        int[] column = new int[count];
        byte[] piece = new byte[PIECE * Integer.BYTES];
        for (int from = 0; from < count; from += PIECE) {
            int length = Math.min(PIECE, count - from);
            in.readFully(piece, 0, length * Integer.BYTES);
            ByteBuffer.wrap(piece).asIntBuffer().get(column, from, length);
        }
        return column;
    }

    private static long[] longs(DataInputStream in, int count) throws IOException {
        long[] column = new long[count];
        byte[] piece = new byte[PIECE * Long.BYTES];
        for (int from = 0; from < count; from += PIECE) {
            int length = Math.min(PIECE, count - from);
            in.readFully(piece, 0, length * Long.BYTES);
            ByteBuffer.wrap(piece).asLongBuffer().get(column, from, length);
        }
        return column;
    }

    private byte[] bytes(DataInputStream in) throws IOException {
        byte[] bytes = new byte[length(in)];
        in.readFully(bytes);
        return bytes;
    }

    /** A length; never more than the file could hold, so that a damaged one does not ask for all memory. */
    private int length(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > Files.size(file)) {
            throw new EOFException();
        }
        return length;
    }
}
