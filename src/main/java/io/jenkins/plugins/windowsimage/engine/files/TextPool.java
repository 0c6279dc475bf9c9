package io.jenkins.plugins.windowsimage.engine.files;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Many texts in UTF-8 without an object for each; grows in pieces. For one thread while it grows. */
final class TextPool {
    private static final int PIECE_BITS = 16;
    private static final int FIRST_PIECE = 512;
    private static final int LENGTH_BYTES = 4;
    private static final int MOST_PIECES = 1 << Integer.SIZE - 1 - PIECE_BITS;

    private final List<byte[]> pieces = new ArrayList<>(1);
    private int end;

    /** Adds a text and gives its number. */
    int add(byte[] text) {
        int length = LENGTH_BYTES + text.length;
        byte[] last = pieces.isEmpty() ? new byte[0] : pieces.get(pieces.size() - 1);
        if (last.length - end < length) {
            if (pieces.size() == MOST_PIECES) {
                throw new OutOfMemoryError("names of 2 GiB");
            }
            int larger = Math.min(1 << PIECE_BITS, Math.max(FIRST_PIECE, 2 * last.length));
            last = new byte[Math.max(length, larger)];
            pieces.add(last);
            end = 0;
        }
        int number = pieces.size() - 1 << PIECE_BITS | end;
        for (int i = 0; i < LENGTH_BYTES; i++) {
            last[end + i] = (byte) (text.length >>> 8 * i);
        }
        System.arraycopy(text, 0, last, end + LENGTH_BYTES, text.length);
        end += length;
        return number;
    }

    private byte[] piece(int number) {
        return pieces.get(number >>> PIECE_BITS);
    }

    private static int start(int number) {
        return (number & (1 << PIECE_BITS) - 1) + LENGTH_BYTES;
    }

    private static int length(byte[] piece, int start) {
        int length = 0;
        for (int i = LENGTH_BYTES; i > 0; i--) {
            length = length << 8 | piece[start - LENGTH_BYTES + i - 1] & 0xFF;
        }
        return length;
    }

    byte[] bytes(int number) {
        byte[] piece = piece(number);
        int start = start(number);
        return Arrays.copyOfRange(piece, start, start + length(piece, start));
    }

    String string(int number) {
        byte[] piece = piece(number);
        int start = start(number);
        return new String(piece, start, length(piece, start), StandardCharsets.UTF_8);
    }

    boolean equals(int number, byte[] text) {
        byte[] piece = piece(number);
        int start = start(number);
        return Arrays.equals(piece, start, start + length(piece, start), text, 0, text.length);
    }

    /** By bytes, which for UTF-8 is by code points. */
    int compare(int a, int b) {
        byte[] x = piece(a);
        byte[] y = piece(b);
        int i = start(a);
        int j = start(b);
        return Arrays.compareUnsigned(x, i, i + length(x, i), y, j, j + length(y, j));
    }
}
