package io.jenkins.plugins.windowsimage.engine.files;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class ContentDigestTest {
    private static final Clock LATER = Clock.fixed(Instant.now().plus(Duration.ofHours(1)), ZoneOffset.UTC);

    @Rule
    public TemporaryFolder folder = new TemporaryFolder();

    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final Cancellation cancellation = new Cancellation();
    private Path root;
    private Path caches;

    @Before
    public void makeContext() throws IOException {
        root = Files.createDirectory(folder.getRoot().toPath().resolve("context"));
        caches = folder.getRoot().toPath().resolve("caches");
        for (int i = 0; i < 200; i++) {
            write("d" + i % 7 + "/f" + i, "text " + i);
        }
        Files.createSymbolicLink(root.resolve("link"), Path.of("d1"));
    }

    @After
    public void stopWorkers() {
        workers.shutdown();
    }

    @Test
    public void depends_on_names_types_contents_links_and_owners_but_not_on_times() throws IOException {
        Digest before = digest(null);
        Files.setLastModifiedTime(root.resolve("d1/f1"), FileTime.fromMillis(1_000_000));
        Files.setLastModifiedTime(root.resolve("d1"), FileTime.fromMillis(1_000_000));
        assertEquals(before, digest(null));

        List<Digest> all = new ArrayList<>(List.of(before));
        write("d1/f1", "text X");
        all.add(digest(null));
        Files.move(root.resolve("d1/f1"), root.resolve("d1/renamed"));
        all.add(digest(null));
        Files.delete(root.resolve("link"));
        Files.createSymbolicLink(root.resolve("link"), Path.of("d2"));
        all.add(digest(null));
        Files.delete(root.resolve("link"));
        Files.createDirectory(root.resolve("link"));
        all.add(digest(null));
        all.add(digest(null, "/elsewhere/", CopyOptions.DEFAULT));
        all.add(digest(null, "/x/", new CopyOptions(false, List.of(), "S-1-5-93-2-2")));
        assertEquals(all.size(), all.stream().distinct().count());
    }

    @Test
    public void one_file_cannot_pose_as_two() throws IOException {
        assertNotEquals(of(new ImageFiles().file("a", "1").file("b", "2")), of(new ImageFiles().file("a",
                "12").file("b", "")));
        assertNotEquals(of(new ImageFiles().file("ab", "")), of(new ImageFiles().file("a", "b")));
    }

    @Test
    public void is_the_same_with_and_without_cache_and_whatever_the_number_of_threads() throws IOException {
        Digest expected = digest(null);
        assertEquals(expected, digest(LATER));
        assertEquals(expected, digest(LATER));
        assertEquals(expected, new ContentDigest(null, workers, 1, cancellation).of(plan("/x/", CopyOptions.DEFAULT,
                tree())));
    }

    @Test
    public void unchanged_files_are_not_read_again() throws IOException {
        List<String> read = new ArrayList<>();
        Digest first = digestRecording(LATER, read);
        assertEquals(200, read.size());
        assertEquals(first, digestRecording(LATER, read));
        assertEquals(200, read.size());

        write("d3/f3", "other");
        assertNotEquals(first, digestRecording(LATER, read));
        assertEquals("d3/f3", read.get(200));
        assertEquals(201, read.size());
    }

    @Test
    public void a_file_with_old_size_and_time_but_new_content_is_read_again() throws IOException {
        Digest before = digest(LATER);
        changeUnseen("d3/f3", "7ext 3");
        assertNotEquals(before, digest(LATER));
    }

    @Test
    public void files_that_have_just_been_written_are_not_trusted() throws IOException {
        List<String> read = new ArrayList<>();
        digestRecording(Clock.systemUTC(), read);
        digestRecording(Clock.systemUTC(), read);
        assertEquals(400, read.size());
    }

    @Test
    public void a_damaged_cache_is_as_good_as_none() throws IOException {
        Digest expected = digest(LATER);
        Path cache;
        try (Stream<Path> files = Files.list(caches)) {
            cache = files.toList().get(0);
        }
        byte[] good = Files.readAllBytes(cache);
        for (int cut : new int[] {0, 10, 24, 100, good.length - 1}) {
            Files.write(cache, Arrays.copyOf(good, cut));
            assertEquals(expected, digest(LATER));
        }
        byte[] flipped = good.clone();
        flipped[good.length / 2] ^= 1;
        Files.write(cache, flipped);
        List<String> read = new ArrayList<>();
        assertEquals(expected, digestRecording(LATER, read));
        assertEquals(200, read.size());
        try (Stream<Path> files = Files.list(caches)) {
            assertEquals("nothing temporary stays", 1, files.count());
        }
    }

    @Test
    public void a_file_that_changes_between_finding_and_reading_is_named() throws IOException {
        DirectoryTree tree = tree();
        List<PlannedEntry> found = new ArrayList<>();
        plan("/x/", CopyOptions.DEFAULT, tree).forEach(found::add);
        write("d5/f5", "now much longer");
        IOException failure = assertThrows(IOException.class, () -> new ContentDigest(null, workers, 2,
                cancellation).of(found));
        assertTrue(failure.getMessage(), failure.getMessage().contains("f5"));
    }

    @Test
    public void what_was_read_counts_although_the_file_has_changed_unseen_since() throws IOException {
        Digest original = digest(null);
        try (DigestCache cache = new DigestCache(caches, root.toString(), LATER)) {
            ContentDigest contents = new ContentDigest(cache, workers, 2, cancellation);
            FileTree found = new RememberedTree(tree());
            readAll(contents.noting(found), InputStream::readAllBytes);
            changeUnseen("d3/f3", "7ext 3");
            List<String> read = new ArrayList<>();
            assertEquals(original, contents.of(plan("/x/", CopyOptions.DEFAULT, new Recording(found, read))));
            assertEquals(List.of(), read);
        }
        assertNotEquals("the next build sees the change", original, digest(LATER));
    }

    @Test
    public void a_file_that_changes_unseen_between_digest_and_layer_is_named() throws IOException {
        try (DigestCache cache = new DigestCache(caches, root.toString(), LATER)) {
            ContentDigest contents = new ContentDigest(cache, workers, 2, cancellation);
            FileTree found = new RememberedTree(tree());
            contents.of(plan("/x/", CopyOptions.DEFAULT, found));
            changeUnseen("d3/f3", "7ext 3");
            IOException failure = assertThrows(
                    IOException.class, () -> readAll(contents.noting(found), InputStream::readAllBytes));
            assertTrue(failure.getMessage(), failure.getMessage().contains("f3 changed"));
        }
        assertEquals(digest(null), digest(LATER));
    }

    @Test
    public void a_file_that_changes_unseen_between_finding_and_reading_is_read_again_by_the_next_build() throws IOException {
        Digest original = digest(null);
        try (DigestCache cache = new DigestCache(caches, root.toString(), LATER)) {
            ContentDigest contents = new ContentDigest(cache, workers, 2, cancellation);
            FileTree found = new RememberedTree(tree());
            plan("/x/", CopyOptions.DEFAULT, found).forEach(entry -> { });
            changeUnseen("d3/f3", "7ext 3");
            readAll(contents.noting(found), InputStream::readAllBytes);
            assertNotEquals("what was read counts", original, contents.of(plan("/x/", CopyOptions.DEFAULT, found)));
        }
        List<String> read = new ArrayList<>();
        assertEquals(digest(null), digestRecording(LATER, read));
        assertEquals(List.of("d3/f3"), read);
    }

    @Test
    public void what_was_read_in_part_stands_for_nothing() throws IOException {
        try (DigestCache cache = new DigestCache(caches, root.toString(), LATER)) {
            ContentDigest contents = new ContentDigest(cache, workers, 2, cancellation);
            FileTree found = new RememberedTree(tree());
            readAll(contents.noting(found), content -> content.skip(2) + content.readAllBytes().length);
            readAll(contents.noting(found), InputStream::read);
            List<String> read = new ArrayList<>();
            assertEquals(digest(null), contents.of(plan("/x/", CopyOptions.DEFAULT, new Recording(found, read))));
            assertEquals(200, read.size());
        }
    }

    /** Something that may leave content unread. */
    private interface Reader {
        Object read(InputStream content) throws IOException;
    }

    private static void readAll(FileTree tree, Reader reader) throws IOException {
        List<FileNode> files = new ArrayList<>();
        plan("/x/", CopyOptions.DEFAULT, tree).forEach(entry -> {
            if (entry.source().type() == FileType.FILE) {
                files.add(entry.source());
            }
        });
        tree.read(files, (file, content) -> reader.read(content));
    }

    private void changeUnseen(String path, String text) throws IOException {
        FileTime time = Files.getLastModifiedTime(root.resolve(path));
        write(path, text);
        Files.setLastModifiedTime(root.resolve(path), time);
    }

    @Test
    public void a_cancelled_build_stops_reading() {
        cancellation.request();
        assertThrows(EngineException.class, () -> digest(null));
    }

    private Digest of(ImageFiles files) throws IOException {
        return new ContentDigest(null, workers, 2, cancellation).of(plan("/x/", CopyOptions.DEFAULT, files));
    }

    private Digest digest(Clock clock) throws IOException {
        return digest(clock, "/x/", CopyOptions.DEFAULT);
    }

    private Digest digest(Clock clock, String destination, CopyOptions options) throws IOException {
        try (DigestCache cache = clock == null ? null : new DigestCache(caches, root.toString(), clock)) {
            return new ContentDigest(cache, workers, 2, cancellation).of(plan(destination, options, tree()));
        }
    }

    private Digest digestRecording(Clock clock, List<String> read) throws IOException {
        try (DigestCache cache = new DigestCache(caches, root.toString(), clock)) {
            FileTree recording = new Recording(tree(), read);
            return new ContentDigest(cache, workers, 2, cancellation).of(plan("/x/", CopyOptions.DEFAULT, recording));
        }
    }

    private DirectoryTree tree() throws IOException {
        return new DirectoryTree(root);
    }

    private static CopyPlan plan(String destination, CopyOptions options, FileTree tree) throws IOException {
        try (CopyPlanner planner = new CopyPlanner(WindowsPath.parse(destination), options, Destination.EMPTY)) {
            planner.copy(tree, ".");
            return planner.plan();
        }
    }

    private void write(String path, String text) throws IOException {
        Files.createDirectories(root.resolve(path).getParent());
        Files.writeString(root.resolve(path), text);
    }

    /** Notes which files are read. */
    private record Recording(FileTree tree, List<String> read) implements FileTree {
        @Override
        public Optional<FileNode> find(String path) throws IOException {
            return tree.find(path);
        }

        @Override
        public List<FileNode> children(FileNode directory) throws IOException {
            return tree.children(directory);
        }

        @Override
        public void read(Collection<FileNode> files, ContentReader reader) throws IOException {
            synchronized (read) {
                files.forEach(file -> read.add(file.path()));
            }
            tree.read(files, reader);
        }

        @Override
        public void close() throws IOException {
            tree.close();
        }
    }
}
