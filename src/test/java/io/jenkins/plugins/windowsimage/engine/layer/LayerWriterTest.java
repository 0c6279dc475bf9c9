package io.jenkins.plugins.windowsimage.engine.layer;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.files.FileNode;
import io.jenkins.plugins.windowsimage.engine.files.FileType;
import io.jenkins.plugins.windowsimage.engine.files.PlannedEntry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class LayerWriterTest {
    private static final Instant TIME = MemoryTree.TIME;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final MemoryStore store = new MemoryStore();
    private final MemoryTree tree = new MemoryTree();
    private final List<PlannedEntry> plan = new ArrayList<>();

    @After
    public void endWorkers() {
        workers.shutdownNow();
    }

    @Test
    public void roots_come_first_then_every_directory_once_then_the_files() throws IOException {
        tree.file("b.txt", "B").file("a.txt", "A").directory("sub");
        copy("b.txt", "app/deep/b.txt");
        copy("sub", "app/sub");
        copy("a.txt", "app/sub/a.txt");
        assertEquals(List.of("Hives", "Files", "Files/app", "Files/app/deep", "Files/app/sub", "Files/app/sub/a.txt=A",
                "Files/app/deep/b.txt=B"), describe(write(null)));
    }

    @Test
    public void directories_and_files_carry_their_records() throws IOException {
        tree.file("a", "x").directory("d");
        copy("d", "d");
        copy("a", "d/on/the/way/a");
        Map<String, TarArchiveEntry> entries = entries(write(null));
        assertNull(entries.get("Hives").getExtraPaxHeader("MSWINDOWS.rawsd"));
        assertEquals("16", entries.get("Files").getExtraPaxHeader("MSWINDOWS.fileattr"));
        assertEquals(SecurityDescriptor.forDirectory(), security(entries.get("Files/d")));
        assertEquals(TIME.minusSeconds(100), entries.get("Files/d").getLastModifiedTime().toInstant());
        assertEquals(SecurityDescriptor.forDirectory(), security(entries.get("Files/d/on/the")));
        assertEquals(TIME, entries.get("Files/d/on").getLastModifiedTime().toInstant());
        assertEquals(SecurityDescriptor.forFile(), security(entries.get("Files/d/on/the/way/a")));
        assertEquals(TIME, entries.get("Files/d/on/the/way/a").getCreationTime().toInstant());
    }

    @Test
    public void an_owner_is_written_on_what_it_owns_alone() throws IOException {
        tree.file("a", "x").directory("d");
        String user = Sid.CONTAINER_USER.toString();
        plan.add(new PlannedEntry("top/d", tree.node("d"), tree, user));
        plan.add(new PlannedEntry("top/d/a", tree.node("a"), tree, user));
        Map<String, TarArchiveEntry> entries = entries(write(null));
        assertEquals(SecurityDescriptor.forDirectory(), security(entries.get("Files/top")));
        assertEquals(SecurityDescriptor.forDirectory(Sid.CONTAINER_USER), security(entries.get("Files/top/d")));
        assertEquals(SecurityDescriptor.forFile(Sid.CONTAINER_USER), security(entries.get("Files/top/d/a")));
    }

    @Test
    public void names_that_differ_in_case_are_one_and_the_last_one_counts() throws IOException {
        tree.file("1", "one").file("2", "two").file("3", "three");
        copy("1", "App/File.txt");
        copy("2", "app/other.txt");
        copy("3", "APP/FILE.TXT");
        assertEquals(List.of("Hives", "Files", "Files/App", "Files/App/FILE.TXT=three", "Files/App/other.txt=two"),
                describe(write(null)));
    }

    @Test
    public void hard_links_of_one_tree_stay_hard_links() throws IOException {
        tree.file("a", "same", 1).file("b", "same", 1).file("c", "same", 2);
        copy("a", "a");
        copy("b", "b");
        copy("c", "c");
        MemoryTree other = new MemoryTree().file("a", "other", 1);
        plan.add(new PlannedEntry("d", other.node("a"), other, null));
        assertEquals(List.of("Hives", "Files", "Files/c=same", "Files/a=same", "Files/d=other", "Files/b->Files/a"),
                describe(write(null)));
    }

    @Test
    public void one_file_may_go_to_two_places() throws IOException {
        tree.file("a", "x");
        copy("a", "one");
        copy("a", "two");
        assertEquals(List.of("Hives", "Files", "Files/one=x", "Files/two=x"), describe(write(null)));
    }

    @Test
    public void symbolic_links_know_whether_they_lead_to_a_directory() throws IOException {
        tree.directory("x").directory("x/dir").file("x/file", "").symlink("x/toDir", "dir").symlink("x/toFile", "./file")
                .symlink("x/twice", "..\\x\\toDir").symlink("x/absolute", "C:/x/dir").symlink("x/nowhere", "gone")
                .symlink("x/outside", "../../dir").symlink("x/loop", "loop");
        for (String name : List.of("toDir", "toFile", "twice", "absolute", "nowhere", "outside", "loop")) {
            copy("x/" + name, name);
        }
        Map<String, TarArchiveEntry> entries = entries(write(null));
        for (String name : List.of("toDir", "twice", "absolute")) {
            assertEquals(name, "1040", entries.get("Files/" + name).getExtraPaxHeader("MSWINDOWS.fileattr"));
        }
        for (String name : List.of("toFile", "nowhere", "outside", "loop")) {
            assertEquals(name, "1056", entries.get("Files/" + name).getExtraPaxHeader("MSWINDOWS.fileattr"));
        }
        assertEquals("..\\x\\toDir", entries.get("Files/twice").getLinkName());
    }

    @Test
    public void a_directory_alone_makes_a_layer() throws IOException {
        plan.add(new PlannedEntry("app/data", new FileNode("", FileType.DIRECTORY, 0, TIME, null, null), null, null));
        assertEquals(List.of("Hives", "Files", "Files/app", "Files/app/data"), describe(write(null)));
    }

    @Test
    public void a_directory_of_lower_layers_keeps_its_spelling_times_and_rights() throws IOException {
        tree.file("a", "x").directory("d");
        copy("d", "windows");
        copy("a", "windows/a");
        SecurityDescriptor own = SecurityDescriptor.parseSddl("O:SYG:SYD:P(A;OICI;FA;;;SY)");
        LayerEntry windows = new LayerEntry("Windows", LayerEntry.Type.DIRECTORY, 0, null, 0x2010, own,
                LayerTimes.at(Instant.ofEpochSecond(1)), new TreeMap<>());
        LayerBlob layer = writer(null).write(plan, path -> path.equalsIgnoreCase("Windows")
                ? Optional.of(windows)
                : Optional.empty());
        Map<String, TarArchiveEntry> entries = entries(layer);
        assertEquals(List.of("Hives", "Files", "Files/Windows", "Files/Windows/a"), List.copyOf(entries.keySet()));
        TarArchiveEntry kept = entries.get("Files/Windows");
        assertEquals(own, security(kept));
        assertEquals("8208", kept.getExtraPaxHeader("MSWINDOWS.fileattr"));
        assertEquals(Instant.ofEpochSecond(1), kept.getLastModifiedTime().toInstant());
    }

    @Test
    public void a_file_in_the_place_of_a_directory_is_refused() {
        tree.file("a", "x");
        copy("a", "x");
        copy("a", "X/y");
        EngineException refusal = assertThrows(EngineException.class, () -> write(null));
        assertEquals("a file and a directory would both become C:\\X", refusal.getMessage());
        Collections.reverse(plan);
        refusal = assertThrows(EngineException.class, () -> write(null));
        assertEquals("a file and a directory would both become C:\\x", refusal.getMessage());
        assertTrue(store.blobs.isEmpty());
        assertEquals(0, store.unfinished);
    }

    @Test
    public void equal_plans_give_equal_layers_and_a_fixed_time_makes_times_irrelevant() throws IOException {
        Random random = new Random(11);
        for (int i = 0; i < 300; i++) {
            String path = "d" + random.nextInt(20) + "/f" + i;
            tree.file(path, "content " + random.nextLong());
            copy(path, path);
        }
        LayerBlob first = write(null);
        assertEquals(first, write(null));
        LayerBlob fixed = write(1_700_000_000L);
        assertNotEquals(first, fixed);
        List<PlannedEntry> touched = new ArrayList<>();
        for (PlannedEntry entry : plan) {
            FileNode node = entry.source();
            touched.add(new PlannedEntry(entry.target(), new FileNode(node.path(), node.type(), node.size(),
                    node.modified().plusSeconds(5), null, null), tree, null));
        }
        assertEquals(fixed, writer(1_700_000_000L).write(touched));
    }

    @Test
    public void python_reads_the_same_entries() throws Exception {
        Path python = Path.of("/usr/bin/python3");
        assumeTrue("python3 is not installed", Files.isExecutable(python));
        tree.file("a", "hello").symlink("l", "a").file("h1", "x", 1).file("h2", "x", 1);
        copy("a", "\u00FCn\u00EFcode/" + "long".repeat(40) + "/\uD83D\uDE00.txt");
        copy("l", "l");
        copy("h1", "h1");
        copy("h2", "h2");
        Path file = folder.newFile().toPath();
        Files.write(file, store.get(write(null)));
        String script = "import sys,tarfile\n"
                + "for m in tarfile.open(sys.argv[1]):\n"
                + "  print(ascii(m.name), m.type.decode(), m.size, ascii(m.linkname), m.pax_headers.get('MSWINDOWS.fileattr'))\n";
        Process process = new ProcessBuilder(python.toString(), "-c", script, file.toString()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String top = "'Files/\\xfcn\\xefcode";
        assertEquals(String.join("\n", "'Hives' 5 0 '' 16", "'Files' 5 0 '' 16", top + "' 5 0 '' 16",
                top + "/" + "long".repeat(40) + "' 5 0 '' 16", "'Files/l' 2 0 'a' 1056", "'Files/h1' 0 1 '' 32",
                top + "/" + "long".repeat(40) + "/\\U0001f600.txt' 0 5 '' 32", "'Files/h2' 1 0 'Files/h1' None", ""), output);
    }

    private void copy(String source, String target) {
        plan.add(new PlannedEntry(target, tree.node(source), tree, null));
    }

    private LayerBlob write(Long fixedSeconds) throws IOException {
        return writer(fixedSeconds).write(plan);
    }

    private LayerWriter writer(Long fixedSeconds) {
        return new LayerWriter(store, LayerCompression.of(Compression.NONE), workers, new Cancellation(), warning -> {},
                fixedSeconds);
    }

    private static SecurityDescriptor security(TarArchiveEntry entry) {
        return SecurityDescriptor.of(Base64.getDecoder().decode(entry.getExtraPaxHeader("MSWINDOWS.rawsd")));
    }

    private Map<String, TarArchiveEntry> entries(LayerBlob layer) throws IOException {
        Map<String, TarArchiveEntry> entries = new LinkedHashMap<>();
        try (TarArchiveInputStream in = open(layer)) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(name(entry), entry);
            }
        }
        return Collections.unmodifiableMap(entries);
    }

    private List<String> describe(LayerBlob layer) throws IOException {
        List<String> lines = new ArrayList<>();
        try (TarArchiveInputStream in = open(layer)) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                String end = entry.isLink() ? "->" + entry.getLinkName()
                        : entry.isFile() ? "=" + new String(in.readAllBytes(), StandardCharsets.UTF_8) : "";
                lines.add(name(entry) + end);
            }
        }
        return lines;
    }

    private TarArchiveInputStream open(LayerBlob layer) {
        return new TarArchiveInputStream(new ByteArrayInputStream(store.get(layer)), "UTF-8");
    }

    private static String name(TarArchiveEntry entry) {
        return entry.getName().replaceAll("/$", "");
    }
}
