package io.jenkins.plugins.windowsimage.engine.windows.network;

/**
 * A block of IPv4 addresses.
 *
 * @param address of the block, with zeros after the prefix
 * @param length of the prefix in bits, 0 to 32
 */
record Ipv4Prefix(int address, int length) {

    Ipv4Prefix {
        address &= mask(length);
    }

    /** Reads {@code 172.16.0.0/12}. */
    static Ipv4Prefix parse(String text) {
        int slash = text.indexOf('/');
        int address = 0;
        for (String part : text.substring(0, slash).split("\\.")) {
            address = address << 8 | Integer.parseInt(part);
        }
        return new Ipv4Prefix(address, Integer.parseInt(text.substring(slash + 1)));
    }

    private static int mask(int length) {
        return length == 0 ? 0 : -1 << 32 - length;
    }

    boolean overlaps(Ipv4Prefix other) {
        int common = mask(Math.min(length, other.length));
        return (address & common) == (other.address & common);
    }

    /** The first address after that of the block, which gateways use. */
    String firstHost() {
        return dotted(address + 1);
    }

    /** The dotted form of an address. */
    static String dotted(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 0xFF) + "." + (address >>> 8 & 0xFF) + "." + (address & 0xFF);
    }

    @Override
    public String toString() {
        return dotted(address) + "/" + length;
    }
}
