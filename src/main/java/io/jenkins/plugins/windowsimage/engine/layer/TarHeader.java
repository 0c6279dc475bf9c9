package io.jenkins.plugins.windowsimage.engine.layer;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * Builds the header blocks of one tar entry: a ustar header (POSIX.1-1988) and, before it, a PAX extended header with the records
 * that ustar has no place for (POSIX.1-2001). Reused from entry to entry; for one thread at a time.
 */
final class TarHeader {
    static final int BLOCK = 512;

    private static final int NAME = 0;
    private static final int NAME_LENGTH = 100;
    private static final int MODE = 100;
    private static final int UID = 108;
    private static final int GID = 116;
    private static final int SIZE = 124;
    private static final int MTIME = 136;
    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;
    private static final int LINK_NAME = 157;
    private static final int MAGIC = 257;
    private static final int DEVICE_MAJOR = 329;
    private static final int DEVICE_MINOR = 337;
    /** What eleven octal digits hold. */
    private static final long LARGEST_NUMBER = 0_77777777777L;
    private static final byte[] USTAR = "ustar\00000".getBytes(StandardCharsets.US_ASCII);

    private final byte[] ustar = new byte[BLOCK];
    /** The blocks of the entry as they grow: the header of the records, the records, the header of the entry. */
    private byte[] records = new byte[4 * BLOCK];
    private int end;
    /** Most entries have one time for everything. */
    private Instant lastTime;
    private String lastDecimal;

    /** Begins an entry without any records. */
    void begin() {
        end = BLOCK;
    }

    /** Adds a record; callers keep the order sorted so that equal entries give equal bytes. */
    void record(String key, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        int rest = 1 + key.length() + 1 + bytes.length + 1;
        int length = rest + 1;
        while (rest + digits(length) != length) {
            length = rest + digits(length);
        }
        ensure(length);
        number(length);
        records[end++] = ' ';
        for (int i = 0; i < key.length(); i++) {
            records[end++] = (byte) key.charAt(i);
        }
        records[end++] = '=';
        System.arraycopy(bytes, 0, records, end, bytes.length);
        end += bytes.length;
        records[end++] = '\n';
    }

    /** Adds a record with a time in seconds and as many decimals as it needs. */
    void record(String key, Instant time) {
        if (time != null) {
            if (!time.equals(lastTime)) {
                lastTime = time;
                lastDecimal = decimal(time);
            }
            record(key, lastDecimal);
        }
    }

    /** Adds a record if the ustar field cannot hold the text. */
    void recordIfLong(String key, String text) {
        if (!fits(text)) {
            record(key, text);
        }
    }

    /** Adds a record if the ustar field cannot hold the size. */
    void recordIfLarge(String key, long size) {
        if (size > LARGEST_NUMBER) {
            record(key, Long.toString(size));
        }
    }

    /** Ends the entry; then {@link #bytes()} holds {@link #length()} bytes of header blocks. */
    void end(char type, String name, int mode, long size, Instant modified, String linkTarget) {
        boolean extended = end > BLOCK;
        int padded = extended ? roundUp(end) : 0;
        ensure(padded + BLOCK - end);
        if (extended) {
            Arrays.fill(records, end, padded, (byte) 0);
            fill('x', "PaxHeaders.0/" + name.substring(name.lastIndexOf('/') + 1), 0, end - BLOCK, null, null);
            System.arraycopy(ustar, 0, records, 0, BLOCK);
        }
        fill(type, name, mode, size, modified, linkTarget);
        System.arraycopy(ustar, 0, records, padded, BLOCK);
        end = padded + BLOCK;
    }

    byte[] bytes() {
        return records;
    }

    int length() {
        return end;
    }

    private void fill(char type, String name, int mode, long size, Instant modified, String linkTarget) {
        Arrays.fill(ustar, (byte) 0);
        text(NAME, name);
        octal(MODE, 8, mode);
        octal(UID, 8, 0);
        octal(GID, 8, 0);
        octal(SIZE, 12, size > LARGEST_NUMBER ? 0 : size);
        long seconds = modified == null ? 0 : modified.getEpochSecond();
        octal(MTIME, 12, Math.max(0, Math.min(LARGEST_NUMBER, seconds)));
        ustar[TYPE] = (byte) type;
        if (linkTarget != null) {
            text(LINK_NAME, linkTarget);
        }
        System.arraycopy(USTAR, 0, ustar, MAGIC, USTAR.length);
        octal(DEVICE_MAJOR, 8, 0);
        octal(DEVICE_MINOR, 8, 0);
        Arrays.fill(ustar, CHECKSUM, CHECKSUM + 8, (byte) ' ');
        int sum = 0;
        for (byte b : ustar) {
            sum += b & 0xFF;
        }
        octal(CHECKSUM, 7, sum);
    }

    /** Text that does not fit is cut and its other characters replaced: the record beside it holds the truth. */
    private void text(int offset, String text) {
        int length = Math.min(text.length(), NAME_LENGTH);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            ustar[offset + i] = (byte) (c < 0x80 ? c : '_');
        }
    }

    private void octal(int offset, int width, long value) {
        long rest = value;
        for (int i = offset + width - 2; i >= offset; i--) {
            ustar[i] = (byte) ('0' + (rest & 7));
            rest >>>= 3;
        }
        ustar[offset + width - 1] = 0;
    }

    private static boolean fits(String text) {
        if (text.length() > NAME_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** Seconds and nanoseconds as PAX writes them: trailing zeros and the lone point dropped, the sign in front of both. */
    static String decimal(Instant time) {
        long seconds = time.getEpochSecond();
        int nanos = time.getNano();
        if (nanos == 0) {
            return Long.toString(seconds);
        }
        boolean negative = seconds < 0;
        if (negative) {
            seconds = -(seconds + 1);
            nanos = 1_000_000_000 - nanos;
        }
        String fraction = Integer.toString(1_000_000_000 + nanos).substring(1);
        int last = fraction.length();
        while (fraction.charAt(last - 1) == '0') {
            last--;
        }
        return (negative ? "-" : "") + seconds + "." + fraction.substring(0, last);
    }

    private void number(int value) {
        int at = end + digits(value);
        end = at;
        for (int rest = value; rest > 0; rest /= 10) {
            records[--at] = (byte) ('0' + rest % 10);
        }
    }

    private static int digits(int value) {
        int digits = 1;
        for (int rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private void ensure(int more) {
        if (end + more > records.length) {
            records = Arrays.copyOf(records, Math.max(records.length * 2, roundUp(end + more)));
        }
    }

    private static int roundUp(int length) {
        return length + BLOCK - 1 & -BLOCK;
    }
}
