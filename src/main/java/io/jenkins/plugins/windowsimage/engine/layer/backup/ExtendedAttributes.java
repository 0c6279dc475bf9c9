package io.jenkins.plugins.windowsimage.engine.layer.backup;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * NTFS extended attributes as a list of FILE_FULL_EA_INFORMATION records (MS-FSCC 2.4.15): offset of the next record,
 * flags, length of the name, length of the value, the name with a NUL behind it, the value; each record begins at a
 * multiple of four.
 */
public final class ExtendedAttributes {
    /** What NTFS keeps of one file, with room for the padding. */
    public static final int MOST_BYTES = 128 * 1024;

    private static final int FIXED = 8;
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_VALUE = 0xFFFF;

    private ExtendedAttributes() {}

    /**
     * Reads a list; flags are not kept.
     *
     * @throws MalformedBackupException if a record reaches beyond the list or has no name
     */
    public static SortedMap<String, byte[]> decode(byte[] list) throws MalformedBackupException {
        SortedMap<String, byte[]> attributes = new TreeMap<>();
        ByteBuffer buffer = ByteBuffer.wrap(list).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        while (at < list.length) {
            if (list.length - at < FIXED + 1) {
                throw malformed(at, "is cut off");
            }
            long next = buffer.getInt(at) & 0xFFFFFFFFL;
            int nameLength = buffer.get(at + 5) & 0xFF;
            int valueLength = buffer.getShort(at + 6) & 0xFFFF;
            int end = at + FIXED + nameLength + 1 + valueLength;
            if (nameLength == 0) {
                throw malformed(at, "has no name");
            }
            if (end > list.length || next != 0 && (next < end - at || next > list.length - at - FIXED)) {
                throw malformed(at, "reaches beyond its place");
            }
            String name = new String(list, at + FIXED, nameLength, StandardCharsets.ISO_8859_1);
            byte[] value = new byte[valueLength];
            System.arraycopy(list, at + FIXED + nameLength + 1, value, 0, valueLength);
            attributes.put(name, value);
            if (next == 0) {
                break;
            }
            at += (int) next;
        }
        return attributes;
    }

    /**
     * Writes a list.
     *
     * @throws MalformedBackupException if NTFS cannot keep such attributes
     */
    public static byte[] encode(SortedMap<String, byte[]> attributes) throws MalformedBackupException {
        long length = 0;
        for (Map.Entry<String, byte[]> attribute : attributes.entrySet()) {
            if (attribute.getKey().isEmpty()
                    || attribute.getKey().length() > LONGEST_NAME
                    || attribute.getKey().chars().anyMatch(c -> c == 0 || c > 0xFF)
                    || attribute.getValue().length > LONGEST_VALUE) {
                throw new MalformedBackupException(
                        "NTFS cannot keep the extended attribute \"" + attribute.getKey() + "\" of "
                        + attribute.getValue().length + " bytes");
            }
            length = roundUp(length) + length(attribute);
        }
        if (length > MOST_BYTES) {
            throw new MalformedBackupException("the extended attributes take " + length + " bytes");
        }
        ByteBuffer list = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
        Iterator<Map.Entry<String, byte[]>> iterator = attributes.entrySet().iterator();
        while (iterator.hasNext()) {
            Map.Entry<String, byte[]> attribute = iterator.next();
            int start = list.position();
            int next = iterator.hasNext() ? (int) roundUp(length(attribute)) : 0;
            list.putInt(next)
                    .put((byte) 0)
                    .put((byte) attribute.getKey().length())
                    .putShort((short) attribute.getValue().length)
                    .put(attribute.getKey().getBytes(StandardCharsets.ISO_8859_1))
                    .put((byte) 0)
                    .put(attribute.getValue());
            if (next > 0) {
                list.position(start + next);
            }
        }
        return list.array();
    }

    private static int length(Map.Entry<String, byte[]> attribute) {
        return FIXED + attribute.getKey().length() + 1 + attribute.getValue().length;
    }

    private static long roundUp(long length) {
        return length + 3 & -4;
    }

    private static MalformedBackupException malformed(int at, String why) {
        return new MalformedBackupException("the extended attribute at byte " + at + " " + why);
    }
}
