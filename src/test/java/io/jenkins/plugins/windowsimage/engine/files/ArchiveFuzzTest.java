package io.jenkins.plugins.windowsimage.engine.files;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Hostile archives for ADD and contexts on standard input. Nothing may be written but in the directory for it. */
public class ArchiveFuzzTest {
    private static final ArchiveLimits LIMITS = new ArchiveLimits(8 << 20, 2000, 100);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path temporary;

    @Before
    public void make_the_directory() throws IOException {
        temporary = folder.newFolder("temporary").toPath();
        Files.writeString(folder.getRoot().toPath().resolve("outside"), "untouched");
    }

    @Test
    public void damaged_archives() throws Exception {
        byte[] tar = new TarBuilder().directory("d").file("d/f", "content").symlink("l", "d").hardLink("h", "d/f")
                .file("x".repeat(150), "long").bytes();
        List<byte[]> seeds = List.of(
                tar,
                TarBuilder.compressed(CompressorStreamFactory.GZIP, tar),
                TarBuilder.compressed(CompressorStreamFactory.BZIP2, tar),
                TarBuilder.compressed(CompressorStreamFactory.XZ, tar),
                TarBuilder.compressed(CompressorStreamFactory.ZSTANDARD, tar));
        Fuzz.of("archive", EngineException.class, IOException.class).run(800, Fuzz.mutationsOf(seeds), this::read);
    }

    @Test
    public void archives_of_hostile_entries() throws Exception {
        Fuzz.of("hostile archive", EngineException.class, IOException.class).run(500, ArchiveFuzzTest::hostile, this::read);
    }

    private static byte[] hostile(Random random) {
        String[] names = {
            "a", "A", "a/b", "../outside", "a/../../outside", "/outside", "C:/outside", "C:\\outside", "..\\outside", "a:stream", "CON",
            "a/NUL.txt", "a ", "a.", "./a", "a//b", "\u0000", "x".repeat(300), "Dockerfile", ".dockerignore", "é", "e\u0301"
        };
        TarBuilder tar = new TarBuilder();
        for (int left = random.nextInt(8); left >= 0; left--) {
            String name = names[random.nextInt(names.length)];
            String target = names[random.nextInt(names.length)];
            byte[] content = "content".repeat(random.nextInt(50)).getBytes(StandardCharsets.UTF_8);
            String[] keys = {"path", "linkpath", "size", "mtime", "GNU.sparse.realsize", "GNU.sparse.map", "hdrcharset", "uid"};
            String[] values = {"../outside", "-1", "99999999999999999999", "0,1,2", "", "1e9", "/outside", "8589934592"};
            Map<String, String> pax = random.nextInt(3) > 0
                    ? Map.of()
                    : Map.of(keys[random.nextInt(keys.length)], values[random.nextInt(values.length)]);
            byte[] types = {
                TarConstants.LF_NORMAL, TarConstants.LF_DIR, TarConstants.LF_SYMLINK, TarConstants.LF_LINK, TarConstants.LF_CHR,
                TarConstants.LF_BLK, TarConstants.LF_FIFO, TarConstants.LF_GNUTYPE_SPARSE, TarConstants.LF_PAX_EXTENDED_HEADER_LC, 'Z'
            };
            byte type = types[random.nextInt(types.length)];
            boolean link = type == TarConstants.LF_SYMLINK || type == TarConstants.LF_LINK;
            boolean empty = link || type == TarConstants.LF_DIR;
            try {
                tar.entry(name, type, link ? target : null, empty ? new byte[0] : content, pax);
            } catch (RuntimeException e) {
                // The builder itself cannot write this one.
            }
        }
        return tar.bytes();
    }

    @Test
    public void bombs_end_at_the_limit() throws Exception {
        byte[] zeros = new TarBuilder().entry("bomb", TarConstants.LF_NORMAL, null, new byte[16 << 20], Map.of()).bytes();
        for (String format : List.of(
                CompressorStreamFactory.GZIP, CompressorStreamFactory.BZIP2, CompressorStreamFactory.XZ, CompressorStreamFactory.ZSTANDARD)) {
            byte[] bomb = TarBuilder.compressed(format, zeros);
            // The archive as it is goes beyond the limit; cut off early enough it does not get that far.
            Fuzz.of(format + " bomb", EngineException.class, IOException.class)
                    .allocating(96 << 20)
                    .run(4, random -> random.nextInt(3) == 0 ? new byte[] {1} : bomb, this::read);
        }
    }

    @Test
    public void names_made_to_have_one_hash_take_no_longer() throws Exception {
        TarBuilder tar = new TarBuilder();
        for (int i = 0; i < 1 << 16; i++) {
            StringBuilder name = new StringBuilder();
            for (int bit = 0; bit < 16; bit++) {
                // Equal for String.hashCode and all that works like it.
                name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            tar.entry(name.toString(), TarConstants.LF_NORMAL, null, new byte[0], Map.of());
        }
        byte[] names = TarBuilder.compressed(CompressorStreamFactory.GZIP, tar.bytes());
        Fuzz.of("names of one hash", EngineException.class)
                .allocating(4L << 30)
                .run(4, random -> random.nextInt(3) == 0 ? new byte[0] : names, input -> read(input, ArchiveLimits.DEFAULT));
    }

    private void read(byte[] input) throws IOException {
        read(input, LIMITS);
    }

    private void read(byte[] input, ArchiveLimits limits) throws IOException {
        try {
            StreamContext context =
                    StreamContext.read(new ByteArrayInputStream(input), temporary, limits, new Cancellation());
            try (FileTree tree = context.tree()) {
                walk(tree);
            }
        } finally {
            assertNothingOutside();
        }
    }

    private static void walk(FileTree tree) throws IOException {
        Deque<FileNode> left = new ArrayDeque<>(tree.find("").stream().toList());
        int seen = 0;
        while (!left.isEmpty() && seen++ < 5000) {
            for (FileNode child : tree.children(left.pop())) {
                assertFalse(child.path(), Arrays.asList(child.path().split("/")).contains(".."));
                assertFalse(child.path(), child.path().startsWith("/"));
                if (child.isDirectory()) {
                    left.push(child);
                } else if (child.type() == FileType.FILE) {
                    tree.read(List.of(child), (file, content) -> assertEquals(file.size(), content.readAllBytes().length));
                } else {
                    tree.find(child.path() + "/outside");
                }
            }
        }
    }

    private void assertNothingOutside() throws IOException {
        try (Stream<Path> files = Files.list(folder.getRoot().toPath())) {
            assertEquals(2, files.count());
        }
        assertEquals("untouched", Files.readString(folder.getRoot().toPath().resolve("outside")));
    }
}
