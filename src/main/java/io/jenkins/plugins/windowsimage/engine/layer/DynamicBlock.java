package io.jenkins.plugins.windowsimage.engine.layer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One block of a deflate stream with Huffman codes of its own (RFC 1951, 3.2.7), or stored where that is not longer: collects
 * literals and matches, then writes them. For one thread at a time.
 */
final class DynamicBlock {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int END_OF_BLOCK = 256;
    private static final int LENGTH_SYMBOLS = 257;
    private static final int LITERAL_ALPHABET = 286;
    private static final int DISTANCE_ALPHABET = 30;
    private static final int LONGEST_CODE = 15;
    private static final int SHORTEST_MATCH = 3;
    private static final int LONGEST_MATCH = 258;
    private static final int LARGEST_STORED = 0xFFFF;
    /** The order in which the lengths of the code length code are written. */
    private static final int[] CODE_LENGTH_ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

    private static final byte[] LENGTH_SYMBOL = new byte[LONGEST_MATCH + 1];
    private static final int[] LENGTH_BASE = new int[29];
    private static final int[] LENGTH_EXTRA = new int[29];
    /** Symbols of distances 1 to 256, then of longer ones by their upper bits. */
    private static final byte[] DISTANCE_SYMBOL = new byte[512];
    private static final int[] DISTANCE_BASE = new int[DISTANCE_ALPHABET];
    private static final int[] DISTANCE_EXTRA = new int[DISTANCE_ALPHABET];

    static {
        int length = SHORTEST_MATCH;
        for (int symbol = 0; symbol < 28; symbol++) {
            LENGTH_EXTRA[symbol] = symbol < 8 ? 0 : (symbol >> 2) - 1;
            LENGTH_BASE[symbol] = length;
            for (int i = 0; i < 1 << LENGTH_EXTRA[symbol] && length <= LONGEST_MATCH; i++) {
                LENGTH_SYMBOL[length++] = (byte) symbol;
            }
        }
        LENGTH_SYMBOL[LONGEST_MATCH] = 28;
        LENGTH_BASE[28] = LONGEST_MATCH;
        int distance = 1;
        for (int symbol = 0; symbol < DISTANCE_ALPHABET; symbol++) {
            DISTANCE_EXTRA[symbol] = symbol < 4 ? 0 : (symbol >> 1) - 1;
            DISTANCE_BASE[symbol] = distance;
            int end = distance + (1 << DISTANCE_EXTRA[symbol]);
            for (int d = distance; d < end; d += d <= 256 ? 1 : 128) {
                DISTANCE_SYMBOL[distanceIndex(d)] = (byte) symbol;
            }
            distance = end;
        }
    }

    private final HuffmanCode literals = new HuffmanCode(LITERAL_ALPHABET, LONGEST_CODE);
    private final HuffmanCode distances = new HuffmanCode(DISTANCE_ALPHABET, LONGEST_CODE);
    private final HuffmanCode codeLengths = new HuffmanCode(19, 7);
    /** Literals before each match. */
    private final int[] runs;
    /** Each match: length in the upper half, distance - 1 in the lower. */
    private final int[] matches;
    private int count;
    private int lastRun;
    /** The code length code's symbols with their extra bits behind bit 8. */
    private final int[] lengthSymbols = new int[LITERAL_ALPHABET + DISTANCE_ALPHABET];
    private int lengthSymbolCount;
    /** Code of every literal, above the 4 bits of its length. */
    private final int[] literalCodes = new int[256];
    private final int[] matchCodes = new int[LONGEST_MATCH + 1];

    DynamicBlock(int mostSequences) {
        runs = new int[mostSequences];
        matches = new int[mostSequences];
    }

    private static int distanceIndex(int distance) {
        return distance <= 256 ? distance - 1 : 256 + (distance - 1 >>> 7);
    }

    /** Begins a block with nothing in it. */
    void begin() {
        count = 0;
        lastRun = 0;
        Arrays.fill(literals.frequencies, 0);
        Arrays.fill(distances.frequencies, 0);
    }

    boolean isFull() {
        return count == runs.length;
    }

    /** Adds so many literals and then a match. */
    void match(int run, int length, int distance) {
        runs[count] = run;
        matches[count++] = length << 16 | distance - 1;
        literals.frequencies[LENGTH_SYMBOLS + LENGTH_SYMBOL[length]]++;
        distances.frequencies[DISTANCE_SYMBOL[distanceIndex(distance)]]++;
    }

    /** Adds the literals behind the last match. */
    void literals(int run) {
        lastRun = run;
    }

    /** Writes the block, which stands for the input between these places. */
    void write(byte[] input, int from, int end, BitOutput out) {
        countLiterals(input, from);
        literals.frequencies[END_OF_BLOCK] = 1;
        literals.build();
        distances.build();
        int literalLengths = Math.max(257, literals.usedSymbols());
        int distanceLengths = Math.max(1, distances.usedSymbols());
        describeLengths(literalLengths, distanceLengths);
        codeLengths.build();
        int orderLengths = CODE_LENGTH_ORDER.length;
        while (orderLengths > 4 && codeLengths.lengths[CODE_LENGTH_ORDER[orderLengths - 1]] == 0) {
            orderLengths--;
        }
        if (cost(orderLengths) >= (end - from + 5L * (1 + (end - from) / LARGEST_STORED)) * 8) {
            store(input, from, end, out);
            return;
        }
        out.put(2 << 1, 3);
        out.put(literalLengths - 257, 5);
        out.put(distanceLengths - 1, 5);
        out.put(orderLengths - 4, 4);
        for (int i = 0; i < orderLengths; i++) {
            out.put(codeLengths.lengths[CODE_LENGTH_ORDER[i]], 3);
        }
        for (int i = 0; i < lengthSymbolCount; i++) {
            int symbol = lengthSymbols[i] & 0xFF;
            out.put(codeLengths.codes[symbol], codeLengths.lengths[symbol]);
            out.put(lengthSymbols[i] >>> 8, repeatBits(symbol));
        }
        writeSequences(input, from, out);
        out.put(literals.codes[END_OF_BLOCK], literals.lengths[END_OF_BLOCK]);
    }

    private void countLiterals(byte[] input, int from) {
        int[] frequencies = literals.frequencies;
        int position = from;
        for (int i = 0; i <= count; i++) {
            int end = position + (i < count ? runs[i] : lastRun);
            while (position < end) {
                frequencies[input[position++] & 0xFF]++;
            }
            if (i < count) {
                position += matches[i] >>> 16;
            }
        }
    }

    /** Bits of the block. */
    private long cost(int orderLengths) {
        long bits = 3 + 5 + 5 + 4 + 3L * orderLengths + codeLengths.cost() + literals.cost() + distances.cost();
        bits += 2L * codeLengths.frequencies[16] + 3L * codeLengths.frequencies[17] + 7L * codeLengths.frequencies[18];
        for (int symbol = 0; symbol < LENGTH_EXTRA.length; symbol++) {
            bits += (long) literals.frequencies[LENGTH_SYMBOLS + symbol] * LENGTH_EXTRA[symbol];
        }
        for (int symbol = 0; symbol < DISTANCE_ALPHABET; symbol++) {
            bits += (long) distances.frequencies[symbol] * DISTANCE_EXTRA[symbol];
        }
        return bits;
    }

    private static int repeatBits(int symbol) {
        return switch (symbol) {
            case 16 -> 2;
            case 17 -> 3;
            case 18 -> 7;
            default -> 0;
        };
    }

    /** Turns the lengths of both codes into symbols of the code length code, which has some for repetitions. */
    private void describeLengths(int literalLengths, int distanceLengths) {
        Arrays.fill(codeLengths.frequencies, 0);
        lengthSymbolCount = 0;
        int total = literalLengths + distanceLengths;
        int i = 0;
        while (i < total) {
            int length = lengthAt(i, literalLengths);
            int run = 1;
            while (i + run < total && lengthAt(i + run, literalLengths) == length) {
                run++;
            }
            i += run;
            if (length == 0) {
                while (run >= 3) {
                    int part = Math.min(run, 138);
                    lengthSymbol(part <= 10 ? 17 : 18, part <= 10 ? part - 3 : part - 11);
                    run -= part;
                }
            } else {
                lengthSymbol(length, 0);
                run--;
                while (run >= 3) {
                    int part = Math.min(run, 6);
                    lengthSymbol(16, part - 3);
                    run -= part;
                }
            }
            for (; run > 0; run--) {
                lengthSymbol(length, 0);
            }
        }
    }

    private int lengthAt(int i, int literalLengths) {
        return i < literalLengths ? literals.lengths[i] : distances.lengths[i - literalLengths];
    }

    private void lengthSymbol(int symbol, int extra) {
        codeLengths.frequencies[symbol]++;
        lengthSymbols[lengthSymbolCount++] = extra << 8 | symbol;
    }

    /**
     * Writes literals and matches. Nearly all time is spent here, so the state of the output is kept in variables, and each code
     * beside its length in one number.
     */
    private void writeSequences(byte[] input, int from, BitOutput out) {
        for (int literal = 0; literal < literalCodes.length; literal++) {
            literalCodes[literal] = literals.codes[literal] << 4 | literals.lengths[literal];
        }
        prepareMatches();
        int[] literalTable = literalCodes;
        byte[] target = out.bytes;
        int at = out.position;
        long buffer = out.buffer;
        int bits = out.count;
        int position = from;
        for (int i = 0; i <= count; i++) {
            int end = position + (i < count ? runs[i] : lastRun);
            for (int last = end - 2; position < last; position += 3) {
                int code = literalTable[input[position] & 0xFF];
                buffer |= (long) (code >>> 4) << bits;
                bits += code & 15;
                code = literalTable[input[position + 1] & 0xFF];
                buffer |= (long) (code >>> 4) << bits;
                bits += code & 15;
                code = literalTable[input[position + 2] & 0xFF];
                buffer |= (long) (code >>> 4) << bits;
                bits += code & 15;
                LONG.set(target, at, buffer);
                at += bits >>> 3;
                buffer >>>= bits & ~7;
                bits &= 7;
            }
            while (position < end) {
                int code = literalTable[input[position++] & 0xFF];
                buffer |= (long) (code >>> 4) << bits;
                bits += code & 15;
            }
            // At most 7 bits from before and two literals: there is no room for a match of 48 bits unless they leave first.
            LONG.set(target, at, buffer);
            at += bits >>> 3;
            buffer >>>= bits & ~7;
            bits &= 7;
            if (i < count) {
                int length = matches[i] >>> 16;
                int code = matchCodes[length];
                buffer |= (long) (code >>> 5) << bits;
                bits += code & 31;
                int distance = (matches[i] & 0xFFFF) + 1;
                int symbol = DISTANCE_SYMBOL[distanceIndex(distance)];
                buffer |= (long) distances.codes[symbol] << bits;
                bits += distances.lengths[symbol];
                buffer |= (long) (distance - DISTANCE_BASE[symbol]) << bits;
                bits += DISTANCE_EXTRA[symbol];
                LONG.set(target, at, buffer);
                at += bits >>> 3;
                buffer >>>= bits & ~7;
                bits &= 7;
                position += length;
            }
        }
        out.position = at;
        out.buffer = buffer;
        out.count = bits;
    }

    /** Code and extra bits of every length of a match, above the 5 bits of their number. */
    private void prepareMatches() {
        for (int length = SHORTEST_MATCH; length <= LONGEST_MATCH; length++) {
            int symbol = LENGTH_SYMBOL[length];
            int size = literals.lengths[LENGTH_SYMBOLS + symbol];
            int bits = literals.codes[LENGTH_SYMBOLS + symbol] | length - LENGTH_BASE[symbol] << size;
            matchCodes[length] = bits << 5 | size + LENGTH_EXTRA[symbol];
        }
    }

    private static void store(byte[] input, int from, int end, BitOutput out) {
        for (int at = from; at < end; at += LARGEST_STORED) {
            int length = Math.min(LARGEST_STORED, end - at);
            out.put(0, 3);
            out.align();
            out.put(length | (long) (~length & 0xFFFF) << 16, 32);
            out.put(input, at, length);
        }
    }
}
