package io.jenkins.plugins.windowsimage.engine.windows.network;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.util.Collection;

/** Finds addresses for a NAT network that the host does not use. */
final class NatPrefix {
    private static final int LENGTH = 20;
    private static final String[] PRIVATE = {"172.16.0.0/12", "192.168.0.0/16", "10.0.0.0/8"};

    private NatPrefix() {}

    /**
     * The last free block of 4096 addresses in the first private range that has one: routers and companies number from the
     * beginning.
     *
     * @throws EngineException of kind HOST_NOT_READY when there is none
     */
    static Ipv4Prefix choose(Collection<Ipv4Prefix> used) {
        for (String text : PRIVATE) {
            Ipv4Prefix range = Ipv4Prefix.parse(text);
            for (int block = (1 << LENGTH - range.length()) - 1; block >= 0; block--) {
                Ipv4Prefix candidate = new Ipv4Prefix(range.address() + (block << 32 - LENGTH), LENGTH);
                if (used.stream().noneMatch(candidate::overlaps)) {
                    return candidate;
                }
            }
        }
        throw new EngineException(ErrorKind.HOST_NOT_READY,
                "the routes of this host leave no private addresses for a NAT network",
                "Make a NAT network by hand and name it with --network.", null);
    }
}
