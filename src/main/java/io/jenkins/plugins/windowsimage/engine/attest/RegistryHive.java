package io.jenkins.plugins.windowsimage.engine.attest;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A file of the Windows registry, read only: key by key, nothing of it is kept in memory. The format is not published by
 * Microsoft; this follows the specification by M. Suhanov (github.com/msuhanov/regf). Transaction logs are not applied.
 * A damaged or hostile file ends in an IOException. For one thread at a time.
 */
final class RegistryHive implements Closeable {
    private static final int HEADER = 4096;
    private static final int LONGEST_CELL = 1 << 20;
    /** In bytes. */
    private static final int LONGEST_TEXT = 2000;
    private static final int MOST_ENTRIES = 100_000;
    /** Far above what the keys of this package's interest need; a hostile hive can name one key any number of times. */
    private static final int MOST_READS = 1_000_000;
    private static final int NONE = -1;

    private final FileChannel file;
    private final Key root;
    private int reads;

    RegistryHive(Path path) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.READ);
        try {
            ByteBuffer header = read(0, HEADER);
            if (header.getInt(0) != 0x66676572) {
                throw new IOException("it is no registry hive");
            }
            root = key(header.getInt(36));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    Key root() {
        return root;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** What a key of a layer does to the same key in the layers below it. */
    enum Layering {
        /** Its values and subkeys are added. */
        MERGED,
        /** It deletes the key. */
        TOMBSTONE,
        /** Its values replace all values; subkeys are merged. */
        SUPERSEDES_VALUES,
        /** It replaces values and subkeys. */
        SUPERSEDES_TREE
    }

    /**
     * A value.
     *
     * @param text of a string or number; null for other types
     * @param deleted whether it deletes the value of lower layers
     */
    record Value(String text, boolean deleted) {}

    /** Takes one key after the other. */
    @FunctionalInterface
    interface KeyVisitor {
        void visit(Key key) throws IOException;
    }

    /** A key. */
    final class Key {
        private final ByteBuffer cell;
        private final String name;

        private Key(ByteBuffer cell) throws IOException {
            this.cell = cell;
            this.name = text(cell, 76, unsigned(cell, 72), (cell.getShort(2) & 0x20) != 0);
        }

        String name() {
            return name;
        }

        Layering layering() {
            return Layering.values()[cell.get(13) & 3];
        }

        /** The subkey of this name; spelling does not matter. */
        Optional<Key> child(String wanted) throws IOException {
            for (int offset : subkeys(cell.getInt(28), 0, new ArrayList<>())) {
                Key child = key(offset);
                if (child.name.equalsIgnoreCase(wanted)) {
                    return Optional.of(child);
                }
            }
            return Optional.empty();
        }

        void eachChild(KeyVisitor visitor) throws IOException {
            for (int offset : subkeys(cell.getInt(28), 0, new ArrayList<>())) {
                visitor.visit(key(offset));
            }
        }

        /** The values of these names, by name in lower case. */
        Map<String, Value> values(Set<String> wanted) throws IOException {
            Map<String, Value> values = new HashMap<>();
            int count = cell.getInt(36);
            if (count <= 0) {
                return values;
            }
            if (count > MOST_ENTRIES) {
                throw new IOException("a key has " + count + " values");
            }
            ByteBuffer list = cell(cell.getInt(40));
            for (int i = 0; i < count; i++) {
                ByteBuffer value = signed(list.getInt(4 * i), "vk");
                boolean ascii = (value.getShort(16) & 1) != 0;
                String valueName = text(value, 20, unsigned(value, 2), ascii).toLowerCase(Locale.ROOT);
                if (wanted.contains(valueName)) {
                    values.put(valueName, new Value(content(value), (value.getShort(16) & 2) != 0));
                }
            }
            return values;
        }
    }

    private Key key(int offset) throws IOException {
        try {
            return new Key(signed(offset, "nk"));
        } catch (IndexOutOfBoundsException e) {
            throw new IOException("it is damaged: a key is too short", e);
        }
    }

    /** Adds the offsets of subkeys that a list names; the largest lists are lists of lists. */
    private List<Integer> subkeys(int listOffset, int depth, List<Integer> found) throws IOException {
        if (listOffset == NONE || listOffset == 0) {
            return found;
        }
        ByteBuffer list = cell(listOffset);
        String kind = "" + (char) list.get(0) + (char) list.get(1);
        int count = unsigned(list, 2);
        int step = kind.equals("lf") || kind.equals("lh") ? 8 : 4;
        boolean nested = kind.equals("ri");
        if (!nested && step == 4 && !kind.equals("li") || nested && depth > 0) {
            throw new IOException("it is damaged: a list of keys has the wrong kind");
        }
        for (int i = 0; i < count; i++) {
            int offset = list.getInt(4 + step * i);
            if (nested) {
                subkeys(offset, depth + 1, found);
            } else {
                found.add(offset);
            }
            if (found.size() > MOST_ENTRIES) {
                throw new IOException("a key has more than " + MOST_ENTRIES + " keys");
            }
        }
        return found;
    }

    /** The value as text; null if it is neither string nor number, or is too long for either to make sense. */
    private String content(ByteBuffer value) throws IOException {
        int size = value.getInt(4);
        int type = value.getInt(12);
        boolean inPlace = size < 0;
        int length = size & 0x7FFF_FFFF;
        if (length > LONGEST_TEXT || inPlace && length > 4) {
            return null;
        }
        ByteBuffer data = inPlace ? value.slice(8, 4) : length == 0 ? ByteBuffer.allocate(0) : cell(value.getInt(8));
        data.order(ByteOrder.LITTLE_ENDIAN);
        if (type == 4 && length == 4) {
            return Integer.toUnsignedString(data.getInt(0));
        }
        if (type != 1 && type != 2) {
            return null;
        }
        String text = text(data, 0, length, false);
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    private static int unsigned(ByteBuffer cell, int at) {
        return cell.getShort(at) & 0xFFFF;
    }

    private static String text(ByteBuffer cell, int at, int length, boolean ascii) throws IOException {
        if (at + length > cell.limit()) {
            throw new IOException("it is damaged: a name ends outside its cell");
        }
        byte[] bytes = new byte[length];
        cell.get(at, bytes);
        return new String(bytes, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_16LE);
    }

    private ByteBuffer signed(int offset, String signature) throws IOException {
        ByteBuffer cell = cell(offset);
        if (cell.limit() < 20 || cell.get(0) != signature.charAt(0) || cell.get(1) != signature.charAt(1)) {
            throw new IOException("it is damaged: there is no " + signature + " where there should be one");
        }
        return cell;
    }

    private ByteBuffer cell(int offset) throws IOException {
        if (offset < 0) {
            throw new IOException("it is damaged: it points outside itself");
        }
        long start = HEADER + (long) offset;
        int size = read(start, 4).getInt(0);
        // The size of a cell in use is negative, and covers itself.
        if (size >= -4 || size < -LONGEST_CELL) {
            throw new IOException("it is damaged: a cell has the size " + size);
        }
        return read(start + 4, -size - 4);
    }

    private ByteBuffer read(long start, int length) throws IOException {
        if (++reads > MOST_READS) {
            throw new IOException("it has too many keys and values");
        }
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, start + buffer.position()) < 0) {
                throw new EOFException("it is damaged: it ends too early");
            }
        }
        return buffer.flip();
    }
}
