package io.jenkins.plugins.windowsimage.engine.layer;

import java.util.Arrays;

/**
 * A canonical Huffman code of limited length for one alphabet of deflate (RFC 1951, 3.2.2), rebuilt for every block from how
 * often each symbol occurs. For one thread at a time.
 */
final class HuffmanCode {
    private static final int SYMBOL_BITS = 9;
    private static final int LONGEST_TREE = 64;

    /** How often each symbol occurs; to be filled before {@link #build()}. */
    final int[] frequencies;
    /** Bits of each symbol's code; 0 for those that do not occur. */
    final int[] lengths;
    /** The code of each symbol, its first bit lowest, as deflate writes it. */
    final int[] codes;

    private final int longest;
    private final long[] sorted;
    private final int[] tree;
    private final int[] lengthCounts = new int[LONGEST_TREE];
    private final int[] nextCodes = new int[LONGEST_TREE];

    HuffmanCode(int symbols, int longest) {
        this.frequencies = new int[symbols];
        this.lengths = new int[symbols];
        this.codes = new int[symbols];
        this.longest = longest;
        this.sorted = new long[symbols];
        this.tree = new int[symbols];
    }

    /** Makes lengths and codes. At least two symbols get a code, since not every decoder accepts less. */
    void build() {
        int used = sortUsed();
        for (int symbol = 0; used < 2; symbol++) {
            if (frequencies[symbol] == 0) {
                frequencies[symbol] = 1;
                used = sortUsed();
            }
        }
        countLengths(used);
        limitLengths();
        assign(used);
    }

    /** Sorts the symbols that occur by frequency, and returns how many they are. */
    private int sortUsed() {
        int used = 0;
        for (int symbol = 0; symbol < frequencies.length; symbol++) {
            if (frequencies[symbol] != 0) {
                sorted[used++] = (long) frequencies[symbol] << SYMBOL_BITS | symbol;
            }
        }
        Arrays.sort(sorted, 0, used);
        return used;
    }

    /**
     * Counts how many symbols have a code of each length, by the method of Moffat and Katajainen ("In-place calculation of
     * minimum-redundancy codes", 1995): the tree is built in the array that holds the frequencies.
     */
    private void countLengths(int used) {
        for (int i = 0; i < used; i++) {
            tree[i] = (int) (sorted[i] >>> SYMBOL_BITS);
        }
        int root = 0;
        int leaf = 0;
        for (int node = 0; node < used - 1; node++) {
            int sum = 0;
            for (int part = 0; part < 2; part++) {
                if (leaf >= used || root < node && tree[root] < tree[leaf]) {
                    sum += tree[root];
                    tree[root++] = node;
                } else {
                    sum += tree[leaf++];
                }
            }
            tree[node] = sum;
        }
        // Parents become depths, from the root down.
        tree[used - 2] = 0;
        for (int node = used - 3; node >= 0; node--) {
            tree[node] = tree[tree[node]] + 1;
        }
        Arrays.fill(lengthCounts, 0);
        int open = 1;
        int node = used - 2;
        for (int depth = 0; open > 0; depth++) {
            int inner = 0;
            while (node >= 0 && tree[node] == depth) {
                inner++;
                node--;
            }
            lengthCounts[depth] = open - inner;
            open = 2 * inner;
        }
    }

    /** Shortens codes that are too long, and lengthens as many others as that takes. */
    private void limitLengths() {
        long room = 0;
        for (int length = LONGEST_TREE - 1; length > longest; length--) {
            lengthCounts[longest] += lengthCounts[length];
            lengthCounts[length] = 0;
        }
        for (int length = 1; length <= longest; length++) {
            room += (long) lengthCounts[length] << longest - length;
        }
        for (; room > 1L << longest; room--) {
            lengthCounts[longest]--;
            int length = longest - 1;
            while (lengthCounts[length] == 0) {
                length--;
            }
            lengthCounts[length]--;
            lengthCounts[length + 1] += 2;
        }
    }

    private void assign(int used) {
        Arrays.fill(lengths, 0);
        int rarest = 0;
        for (int length = longest; length > 0; length--) {
            for (int i = lengthCounts[length]; i > 0; i--) {
                lengths[(int) sorted[rarest++] & (1 << SYMBOL_BITS) - 1] = length;
            }
        }
        int code = 0;
        for (int length = 1; length <= longest; length++) {
            code = code + lengthCounts[length - 1] << 1;
            nextCodes[length] = code;
        }
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            int length = lengths[symbol];
            if (length != 0) {
                codes[symbol] = Integer.reverse(nextCodes[length]++) >>> 32 - length;
            }
        }
    }

    /** Bits that the symbols take as often as they occur. */
    long cost() {
        long bits = 0;
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            bits += (long) frequencies[symbol] * lengths[symbol];
        }
        return bits;
    }

    /** Number of symbols up to the last that has a code. */
    int usedSymbols() {
        int end = lengths.length;
        while (lengths[end - 1] == 0) {
            end--;
        }
        return end;
    }
}
