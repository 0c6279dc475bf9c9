package io.jenkins.plugins.windowsimage.engine.windows.network;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.Test;

/** Addresses for a NAT network that the host does not use. */
public class NatPrefixTest {

    private static Ipv4Prefix choose(String... used) {
        return NatPrefix.choose(Stream.of(used).map(Ipv4Prefix::parse).toList());
    }

    @Test
    public void the_last_block_of_the_first_range_is_taken() {
        assertEquals("172.31.240.0/20", choose().toString());
        assertEquals("172.31.240.1", choose().firstHost());
    }

    @Test
    public void a_block_of_which_any_address_is_used_is_not_taken() {
        assertEquals("172.31.224.0/20", choose("172.31.255.255/32").toString());
        assertEquals("172.31.208.0/20", choose("172.31.240.0/24", "172.31.224.0/19").toString());
    }

    @Test
    public void a_full_range_is_passed_over() {
        assertEquals("192.168.240.0/20", choose("172.16.0.0/12").toString());
        assertEquals("10.255.240.0/20", choose("172.0.0.0/8", "192.168.0.0/16").toString());
    }

    @Test
    public void a_host_that_routes_everything_has_none() {
        assertThrows(EngineException.class, () -> choose("172.16.0.0/12", "192.168.0.0/16", "10.0.0.0/8"));
    }

    @Test
    public void what_is_chosen_overlaps_nothing() {
        Random random = new Random(42);
        for (int i = 0; i < 200; i++) {
            List<Ipv4Prefix> used = new ArrayList<>();
            for (int j = 0; j < 60; j++) {
                used.add(new Ipv4Prefix(172 << 24 | 16 + random.nextInt(16) << 16 | random.nextInt(1 << 16),
                        14 + random.nextInt(19)));
            }
            Ipv4Prefix chosen = NatPrefix.choose(used);
            for (Ipv4Prefix each : used) {
                assertFalse(chosen + " and " + each, chosen.overlaps(each));
            }
        }
    }

    @Test
    public void prefixes_overlap_when_one_holds_the_other() {
        assertTrue(Ipv4Prefix.parse("0.0.0.0/0").overlaps(Ipv4Prefix.parse("10.1.2.3/32")));
        assertTrue(Ipv4Prefix.parse("10.1.2.3/32").overlaps(Ipv4Prefix.parse("10.0.0.0/8")));
        assertFalse(Ipv4Prefix.parse("10.0.0.0/9").overlaps(Ipv4Prefix.parse("10.128.0.0/9")));
    }
}
