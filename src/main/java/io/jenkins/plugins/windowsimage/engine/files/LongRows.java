package io.jenkins.plugins.windowsimage.engine.files;

import java.util.Arrays;

/** A table of numbers that grows in pieces, so that a large one is never copied. For one thread while it grows. */
final class LongRows {
    private static final int ROWS_BITS = 10;
    private static final int MOST_ROWS = 1 << ROWS_BITS;
    private static final int FIRST_ROWS = 16;

    private final int width;
    private long[][] pieces = new long[1][];
    private int count;

    /** @param width numbers in a row */
    LongRows(int width) {
        this.width = width;
        pieces[0] = new long[FIRST_ROWS * width];
    }

    int count() {
        return count;
    }

    /** Adds a row of zeros and gives its number. */
    int add() {
        int piece = count >>> ROWS_BITS;
        if (piece == 0 && count == pieces[0].length / width) {
            pieces[0] = Arrays.copyOf(pieces[0], Math.min(2 * pieces[0].length, MOST_ROWS * width));
        } else if (piece > 0 && (count & MOST_ROWS - 1) == 0) {
            if (piece == pieces.length) {
                pieces = Arrays.copyOf(pieces, 2 * piece);
            }
            pieces[piece] = new long[MOST_ROWS * width];
        }
        return count++;
    }

    long get(int row, int column) {
        return pieces[row >>> ROWS_BITS][(row & MOST_ROWS - 1) * width + column];
    }

    void set(int row, int column, long value) {
        pieces[row >>> ROWS_BITS][(row & MOST_ROWS - 1) * width + column] = value;
    }
}
