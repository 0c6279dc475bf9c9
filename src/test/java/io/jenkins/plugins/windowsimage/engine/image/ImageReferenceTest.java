package io.jenkins.plugins.windowsimage.engine.image;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.Test;

public class ImageReferenceTest {
    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    @Test
    public void fills_in_what_docker_leaves_out() {
        assertEquals("docker.io/library/hello:latest", ImageReference.parse("hello").toString());
        assertEquals("docker.io/acme/hello:1", ImageReference.parse("acme/hello:1").toString());
        assertEquals("docker.io/library/hello:1", ImageReference.parse("index.docker.io/hello:1").toString());
        assertEquals("docker.io/library/hello:1", ImageReference.parse("docker.io/hello:1").toString());
    }

    @Test
    public void tells_a_registry_host_from_a_repository() {
        assertEquals("localhost:5000", ImageReference.parse("localhost:5000/a").host());
        assertEquals("localhost", ImageReference.parse("localhost/a").host());
        assertEquals("[::1]:5000", ImageReference.parse("[::1]:5000/a/b:c").host());
        assertEquals("mcr.microsoft.com", ImageReference.parse("mcr.microsoft.com/windows/nanoserver:ltsc2022").host());
        assertEquals("docker.io", ImageReference.parse("windows/nanoserver").host());
    }

    @Test
    public void a_digest_needs_no_tag_and_keeps_one() {
        ImageReference bare = ImageReference.parse("hello@" + DIGEST);
        assertEquals(null, bare.tag());
        assertEquals(DIGEST, bare.selector());
        ImageReference both = ImageReference.parse("hello:1@" + DIGEST);
        assertEquals("1", both.tag());
        assertEquals(DIGEST, both.selector());
        assertEquals("hello:1@" + DIGEST, both.familiar());
    }

    @Test
    public void refuses_what_is_no_reference_and_says_why() {
        refused("", "missing");
        refused("Hello", "lower case");
        refused("localhost:5000/", "missing");
        refused("a:b:c", "not a repository name");
        refused("a//b", "not a repository name");
        refused("a:-x", "not a tag");
        refused("a:" + "x".repeat(129), "not a tag");
        refused("a@sha256:12", "64 hexadecimal");
        refused("a@md5:" + "0".repeat(64), "64 hexadecimal");
        refused("ex_ample.com/a", "not a registry host");
        refused("a".repeat(256), "longer than 255");
        refused("a b", "not a repository name");
        refused("-a", "not a repository name");
        refused("a___b", "not a repository name");
    }

    private static void refused(String text, String why) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ImageReference.parse(text));
        assertTrue(e.getMessage(), e.getMessage().contains(why));
        assertTrue(e.getMessage(), e.getMessage().contains("\"" + text + "\""));
    }

    @Test
    public void what_is_printed_reads_back_as_the_same() {
        Random random = new Random(7);
        List<String> hosts = List.of("", "docker.io/", "localhost:5000/", "r.example.com/", "[::1]:443/", "HOST/");
        List<String> parts = List.of("a", "a-b", "a__b", "a.b", "0", "a--b9");
        for (int i = 0; i < 2000; i++) {
            StringBuilder text = new StringBuilder(hosts.get(random.nextInt(hosts.size())));
            int count = 1 + random.nextInt(3);
            for (int part = 0; part < count; part++) {
                text.append(part == 0 ? "" : "/").append(parts.get(random.nextInt(parts.size())));
            }
            if (random.nextBoolean()) {
                text.append(":T_").append(random.nextInt(100));
            }
            if (random.nextBoolean()) {
                text.append('@').append(Digest.of("content " + i));
            }
            ImageReference once = ImageReference.parse(text.toString());
            assertEquals(once, ImageReference.parse(once.toString()));
            assertEquals(once, ImageReference.parse(once.familiar()));
        }
    }

    @Test
    public void never_fails_in_another_way_than_by_refusing() {
        Random random = new Random(11);
        String alphabet = "aZ0.:/@-_[]% \u00e9sha256";
        for (int i = 0; i < 20000; i++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(20);
            for (int c = 0; c < length; c++) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                ImageReference.parse(text.toString());
            } catch (IllegalArgumentException refused) {
                assertTrue(refused.getMessage().contains("is not an image reference"));
            }
        }
    }
}
