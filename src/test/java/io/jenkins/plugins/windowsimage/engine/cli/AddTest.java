package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** ADD: archives and addresses. */
public class AddTest {
    private static final byte[] CONTENT = "from the net".getBytes(StandardCharsets.UTF_8);

    @Rule
    public final Sandbox sandbox = new Sandbox();

    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer server;

    @Before
    public void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            switch (exchange.getRequestURI().getPath()) {
                case "/file.txt", "/a.tar" -> {
                    byte[] body = exchange.getRequestURI().getPath().equals("/a.tar") ? tar() : CONTENT;
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                }
                case "/moved" -> {
                    exchange.getResponseHeaders().add("Location", "/file.txt");
                    exchange.sendResponseHeaders(302, -1);
                }
                case "/loop" -> {
                    exchange.getResponseHeaders().add("Location", "/loop");
                    exchange.sendResponseHeaders(302, -1);
                }
                case "/huge" -> exchange.sendResponseHeaders(200, 1L << 50);
                case "/short" -> {
                    exchange.sendResponseHeaders(200, 100);
                    exchange.getResponseBody().write(CONTENT);
                }
                default -> exchange.sendResponseHeaders(404, -1);
            }
            exchange.close();
        });
        server.start();
    }

    @After
    public void stop() {
        server.stop(0);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private static byte[] tar() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry("inside/f");
            entry.setSize(4);
            tar.putArchiveEntry(entry);
            tar.write("text".getBytes(StandardCharsets.UTF_8));
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    private static byte[] compressed(String algorithm) throws IOException, CompressorException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new CompressorStreamFactory().createCompressorOutputStream(algorithm, bytes)) {
            out.write(tar());
        }
        return bytes.toByteArray();
    }

    @Test
    public void archives_are_unpacked_by_what_they_are() throws Exception {
        Path context = sandbox.context("c", "FROM scratch\nADD plain /plain/\nADD gz /gz/\nADD bz2 /bz2/\nADD xz /xz/\nADD zstd /zstd/\nCOPY gz /copied\n");
        Files.write(context.resolve("plain"), tar());
        for (String algorithm : new String[] {"gz", "bzip2", "xz", "zstd"}) {
            Files.write(context.resolve(algorithm.replace("bzip2", "bz2")), compressed(algorithm));
        }
        long size = Files.size(context.resolve("gz"));
        Map<String, String> files = sandbox.tree(context).files();
        for (String directory : new String[] {"plain", "gz", "bz2", "xz", "zstd"}) {
            assertEquals(directory, "text", files.get(directory + "/inside/f"));
        }
        assertEquals(size, files.get("copied").length());
    }

    @Test
    public void what_is_no_tar_stays_as_it_is() throws IOException {
        Path context = sandbox.context("c", "FROM scratch\nADD a.zip b.tar /\n", "a.zip", "PK\003\004rest", "b.tar", "no tar at all");
        assertEquals(Map.of("a.zip", "PK\003\004rest", "b.tar", "no tar at all"), sandbox.tree(context).files());
    }

    @Test
    public void a_damaged_archive_is_refused_with_its_line() throws Exception {
        Path context = sandbox.context("c", "FROM scratch\nADD bad.tgz /\n");
        byte[] whole = compressed("gz");
        Files.write(context.resolve("bad.tgz"), java.util.Arrays.copyOf(whole, whole.length - 20));
        sandbox.run("build", context).fails(1, "line 2", "bad.tgz");
    }

    @Test
    public void an_archive_cannot_write_outside_its_destination() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry("../../Windows/evil");
            entry.setSize(0);
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }
        Path context = sandbox.context("c", "FROM scratch\nADD evil.tar /a/b/\n");
        Files.write(context.resolve("evil.tar"), bytes.toByteArray());
        sandbox.run("build", context).fails(1, "line 2", "evil.tar");
    }

    @Test
    public void a_url_becomes_a_file_and_is_not_unpacked() throws IOException {
        Map<String, String> files = sandbox.tree(sandbox.context("c",
                "FROM scratch\nADD " + url("/file.txt") + " /d/\nADD " + url("/moved") + " /renamed.txt\nADD " + url("/a.tar") + " /t/\n"))
                .files();
        assertEquals("from the net", files.get("d/file.txt"));
        assertEquals("from the net", files.get("renamed.txt"));
        assertTrue(files.containsKey("t/a.tar"));
    }

    @Test
    public void a_checksum_is_checked_and_saves_the_second_download() throws IOException {
        String right = OciTree.sha256(CONTENT);
        Path context = sandbox.context("c", "FROM scratch\nADD --checksum=" + right + " " + url("/file.txt") + " /\n");
        sandbox.build(context);
        int before = requests.get();
        JsonNode again = sandbox.build(context);
        assertEquals(before, requests.get());
        assertTrue(again.get("steps").get(0).get("cached").asBoolean());
        String wrong = "sha256:" + "0".repeat(64);
        sandbox.run("build", sandbox.context("d", "FROM scratch\nADD --checksum=" + wrong + " " + url("/file.txt") + " /\n"))
                .fails(1, "line 2", wrong, right);
    }

    @Test
    public void what_cannot_be_fetched_is_told_with_its_line() throws IOException {
        for (String path : new String[] {"/missing", "/loop", "/huge", "/short"}) {
            CommandLineRun run = sandbox.run("build", sandbox.context("c", "FROM scratch\nADD " + url(path) + " /f\n"));
            run.fails(1, "line 2", path);
        }
        sandbox.run("build", sandbox.context("c", "FROM scratch\nADD http://127.0.0.1:1/x /f\n")).fails(1, "line 2", "127.0.0.1:1");
        sandbox.run("build", sandbox.context("c", "FROM scratch\nADD https://host.invalid/x /f\n")).fails(1, "line 2", "host.invalid");
        assertEquals("The store is in order", sandbox.ok("fsck").out().trim());
    }

    @Test
    public void repositories_of_git_are_refused() throws IOException {
        for (String source : new String[] {"https://github.com/a/b.git", "git@github.com:a/b.git", "git://example.com/a"}) {
            CommandLineRun run = sandbox.run("build", sandbox.context("c", "FROM scratch\nADD " + source + " /f\n"));
            run.fails(2, "git");
            assertTrue(run.err(), run.err().contains("2"));
        }
    }

    @Test
    public void names_that_windows_does_not_have_are_refused_with_their_line() throws IOException {
        for (String name : new String[] {"CON", "nul.txt", "a:b", "q?", "lpt1", "x|y"}) {
            Path context = sandbox.context("c", "FROM scratch\n\nCOPY . /d/\n");
            Path file = Files.writeString(context.resolve(name), "x");
            sandbox.run("build", context).fails(1, "line 3", name);
            Files.delete(file);
        }
        for (String destination : new String[] {"/CON/f", "/a/nul", "/x:stream"}) {
            CommandLineRun run = sandbox.run("build", sandbox.context("c", "FROM scratch\n\nCOPY f " + destination + "\n", "f", "x"));
            assertTrue(run.err(), run.code() == 1 || run.code() == 2);
            assertTrue(run.err(), run.err().contains("3"));
        }
    }

    @Test
    public void names_meet_whatever_their_case() throws IOException {
        Path context = sandbox.context("c",
                "FROM scratch AS lower\nCOPY [\"f\", \"/Program Files/App/One.txt\"]\nFROM lower\n"
                        + "COPY [\"f\", \"/program files/APP/two.txt\"]\nCOPY [\"g\", \"/PROGRAM FILES/app/one.TXT\"]\n",
                "f", "first", "g", "second");
        Map<String, String> files = sandbox.tree(context).files();
        assertEquals(Set.of("Program Files/", "Program Files/App/", "Program Files/App/One.txt", "Program Files/App/two.txt"), files.keySet());
        assertEquals("second", files.get("Program Files/App/One.txt"));
    }

    @Test
    public void sources_that_would_become_one_file_on_windows_do() throws IOException {
        Path context = sandbox.context("c", "FROM scratch\nCOPY d e /x/\n", "d/name", "first", "e/NAME", "second", "e/other", "third");
        OciTree image = sandbox.tree(context);
        assertEquals(1, image.entries(0).stream().filter(entry -> entry.getName().equalsIgnoreCase("Files/x/name")).count());
        assertTrue(image.files().containsValue("second"));
    }

    @Test
    public void a_base_images_own_spelling_is_kept() throws IOException {
        Map<String, String> files = sandbox.tree(sandbox.context("c", "FROM base\nCOPY f C:/windows/SYSTEM32/f\n", "f", "x")).files();
        assertEquals("x", files.get("Windows/System32/f"));
        assertFalse(files.containsKey("windows/"));
    }

    @Test
    public void owners_are_taken_and_modes_warned_about() throws IOException {
        JsonNode result = sandbox.build(sandbox.context("c",
                "FROM scratch\nCOPY --chown=ContainerUser --chmod=755 f /\nADD --chown=ContainerAdministrator f /g\n", "f", "x"));
        assertEquals(1, result.get("warnings").findValues("rule").stream().filter(rule -> rule.asText().equals("ChmodIgnored")).count());
        OciTree image = sandbox.tree(sandbox.context("c", "FROM scratch\nCOPY --chown=ContainerUser f /\nCOPY f /g\n", "f", "x"));
        String owned = descriptor(image, 0, "Files/f");
        assertFalse(owned.equals(descriptor(image, 1, "Files/g")));
        sandbox.run("build", sandbox.context("d", "FROM scratch\nCOPY --chown=nobody f /\n", "f", "x")).fails(1, "line 2", "nobody");
        sandbox.run("build", sandbox.context("d", "FROM scratch\nCOPY --chmod=999 f /\n", "f", "x")).fails(2, "999");
    }

    private static String descriptor(OciTree image, int layer, String name) throws IOException {
        return image.entries(layer).stream().filter(entry -> entry.getName().equals(name)).findFirst().orElseThrow()
                .getExtraPaxHeader("MSWINDOWS.rawsd");
    }

    @Test
    public void a_missing_source_is_told_and_an_unmatched_pattern_warned_about() throws IOException {
        sandbox.run("build", sandbox.context("c", "FROM scratch\nCOPY nothing /\n")).fails(1, "line 2", "nothing");
        JsonNode result = sandbox.build(sandbox.context("c", "FROM scratch\nCOPY *.none f /d/\n", "f", "x"));
        assertTrue(result.get("warnings").toString(), result.get("warnings").toString().contains("*.none"));
    }

    @Test
    public void a_file_that_cannot_be_read_is_named() throws IOException {
        Path context = sandbox.context("c", "FROM scratch\nCOPY . /\n", "f", "x");
        Files.createSymbolicLink(context.resolve("round"), Path.of("round"));
        // A link is copied as a link unless it is named itself.
        sandbox.build(context);
        sandbox.run("build", sandbox.context("c", "FROM scratch\nCOPY round /\n")).fails(1, "line 2", "round");
    }
}
