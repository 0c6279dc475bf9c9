package io.jenkins.plugins.windowsimage.engine.layer.backup;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A symbolic link or junction as NTFS keeps it: a REPARSE_DATA_BUFFER (MS-FSCC 2.1.2.4 and 2.1.2.5), which holds the
 * target twice, as the object manager reads it (substitute name) and as it is shown (print name).
 *
 * @param junction whether it is a junction (mount point) and no symbolic link
 * @param target as it is shown, with backslashes
 */
public record ReparsePoint(boolean junction, String target) {
    /** MAXIMUM_REPARSE_DATA_BUFFER_SIZE: what NTFS keeps of one file. */
    public static final int MOST_BYTES = 16 * 1024;

    private static final int SYMLINK_TAG = 0xA000000C;
    private static final int MOUNT_POINT_TAG = 0xA0000003;
    private static final int HEADER = 8;
    private static final int NAMES = 8;
    private static final int FLAGS = 4;
    private static final int RELATIVE = 1;

    private static final String NT = "\\??\\";
    private static final String NT_UNC = NT + "UNC\\";
    private static final String LONG = "\\\\?\\";
    private static final String UNC = "\\\\";

    /**
     * Reads a buffer.
     *
     * @return empty for a reparse point of another kind, which no layer can hold
     * @throws MalformedBackupException if lengths and offsets do not fit together
     */
    public static Optional<ReparsePoint> decode(byte[] bytes) throws MalformedBackupException {
        if (bytes.length < HEADER) {
            throw new MalformedBackupException("a reparse point of " + bytes.length + " bytes");
        }
        int tag = tag(bytes);
        boolean junction = tag == MOUNT_POINT_TAG;
        if (!junction && tag != SYMLINK_TAG) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int names = HEADER + NAMES + (junction ? 0 : FLAGS);
        int end = HEADER + (buffer.getShort(4) & 0xFFFF);
        if (end > bytes.length || names > end) {
            throw new MalformedBackupException("a reparse point that claims " + end + " of " + bytes.length + " bytes");
        }
        String shown = name(buffer, names, end, HEADER + 4);
        String target = shown.isEmpty() ? shown(name(buffer, names, end, HEADER)) : shown;
        return Optional.of(new ReparsePoint(junction, target));
    }

    /** What kind of reparse point a buffer of at least four bytes holds (MS-FSCC 2.1.2.1). */
    public static int tag(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    private static String name(ByteBuffer buffer, int names, int end, int field) throws MalformedBackupException {
        int start = names + (buffer.getShort(field) & 0xFFFF);
        int length = buffer.getShort(field + 2) & 0xFFFF;
        if (length % 2 != 0 || start + length > end) {
            throw new MalformedBackupException("a reparse point whose name lies beyond its end");
        }
        return new String(buffer.array(), start, length, StandardCharsets.UTF_16LE);
    }

    private static String shown(String substitute) {
        if (substitute.startsWith(NT_UNC)) {
            return UNC + substitute.substring(NT_UNC.length());
        }
        if (!substitute.startsWith(NT)) {
            return substitute;
        }
        String rest = substitute.substring(NT.length());
        return isDrive(rest) ? rest : LONG + rest;
    }

    /**
     * The buffer.
     *
     * @throws MalformedBackupException if the target is empty or longer than NTFS can keep
     */
    public byte[] encode() throws MalformedBackupException {
        String substitute = substitute();
        boolean relative = substitute.equals(target) && !target.startsWith(NT);
        byte[] substituteName = substitute.getBytes(StandardCharsets.UTF_16LE);
        byte[] printName = target.getBytes(StandardCharsets.UTF_16LE);
        int length = NAMES + (junction ? 0 : FLAGS) + substituteName.length + 2 + printName.length + 2;
        if (target.isEmpty() || target.indexOf(0) >= 0 || HEADER + length > MOST_BYTES) {
            throw new MalformedBackupException("a link cannot have a target of " + target.length() + " characters");
        }
        ByteBuffer buffer = ByteBuffer.allocate(HEADER + length).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(junction ? MOUNT_POINT_TAG : SYMLINK_TAG)
                .putShort((short) length)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) substituteName.length)
                .putShort((short) (substituteName.length + 2))
                .putShort((short) printName.length);
        if (!junction) {
            buffer.putInt(relative ? RELATIVE : 0);
        }
        return buffer.put(substituteName).putShort((short) 0).put(printName).putShort((short) 0).array();
    }

    private String substitute() {
        if (target.startsWith(NT)) {
            return target;
        }
        if (target.startsWith(LONG)) {
            return NT + target.substring(LONG.length());
        }
        if (target.startsWith(UNC)) {
            return NT_UNC + target.substring(UNC.length());
        }
        return isDrive(target) ? NT + target : target;
    }

    private static boolean isDrive(String path) {
        return path.length() >= 2 && path.charAt(1) == ':' && (path.charAt(0) | 0x20) >= 'a'
                && (path.charAt(0) | 0x20) <= 'z';
    }
}
