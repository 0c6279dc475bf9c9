package io.jenkins.plugins.windowsimage.engine.store;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageIndex;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class OciLayoutTest {
    private static final ImageReference HELLO = ImageReference.parse("example.org/hello:1");
    private static final ImageReference OTHER = ImageReference.parse("example.org/hello:2");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private StorageRoot root;
    private DiskContentStore store;
    private SampleImage image;
    private Path out;

    @Before
    public void open() throws IOException {
        root = new StorageRoot(folder.newFolder("root").toPath());
        store = new DiskContentStore(root);
        image = SampleImage.in(store, "a", "b", "c");
        out = folder.newFolder("out").toPath();
    }

    @After
    public void close() throws IOException {
        store.close();
    }

    @Test
    public void a_written_directory_reads_back_verified() throws IOException {
        Path directory = out.resolve("layout");
        new OciLayoutWriter(store).directory(directory, image.root(), List.of(HELLO, OTHER));
        assertReadsBack(directory);
        assertEquals(List.of("layout"), names(out));
    }

    @Test
    public void a_written_tar_reads_back_verified() throws IOException {
        Path tar = out.resolve("layout.tar");
        new OciLayoutWriter(store).tar(tar, image.root(), List.of(HELLO, OTHER));
        assertReadsBack(tar);
        assertEquals(List.of("layout.tar"), names(out));
    }

    private void assertReadsBack(Path layout) throws IOException {
        StorageRoot elsewhere = new StorageRoot(folder.newFolder().toPath());
        try (OciLayout read = OciLayout.open(layout);
                DiskContentStore copy = new DiskContentStore(elsewhere)) {
            RawManifest found = read.find("1", null);
            assertEquals(image.root().digest(), found.digest());
            assertEquals(found, read.find("example.org/hello:2", null));
            assertEquals(found, read.find(null, null));
            assertEquals(found, read.find(null, image.root().digest()));
            ImageCopy.image(image.root(), read, copy);
            for (Descriptor blob : new ImageGraph(store).closure(image.root())) {
                assertTrue(copy.contains(blob));
                copy.verify(blob.digest());
            }
        }
        assertEquals(List.of(), Fsck.check(elsewhere, new Cancellation()));
    }

    @Test
    public void the_same_image_gives_the_same_tar() throws IOException {
        new OciLayoutWriter(store).tar(out.resolve("1.tar"), image.root(), List.of(HELLO));
        new OciLayoutWriter(store).tar(out.resolve("2.tar"), image.root(), List.of(HELLO));
        assertArrayEquals(Files.readAllBytes(out.resolve("1.tar")), Files.readAllBytes(out.resolve("2.tar")));
    }

    @Test
    public void a_second_image_joins_the_first_in_a_directory_and_takes_over_its_own_name() throws IOException {
        SampleImage second = SampleImage.in(store, "d");
        OciLayoutWriter writer = new OciLayoutWriter(store);
        writer.directory(out, image.root(), List.of(HELLO));
        writer.directory(out, second.root(), List.of(OTHER));
        writer.directory(out, second.root(), List.of(OTHER));
        try (OciLayout layout = OciLayout.open(out)) {
            assertEquals(2, layout.images().size());
            assertEquals(image.root().digest(), layout.find("1", null).digest());
            assertEquals(second.root().digest(), layout.find("2", null).digest());
            EngineException several = assertThrows(EngineException.class, () -> layout.find(null, null));
            assertTrue(several.getMessage(), several.getMessage().contains("it has 1, 2"));
            assertThrows(EngineException.class, () -> layout.find("3", null));
            assertThrows(EngineException.class, () -> layout.find(null, Digest.of("nothing")));
        }
    }

    @Test
    public void a_directory_with_other_things_in_it_is_refused_untouched() throws IOException {
        Files.writeString(out.resolve("precious.txt"), "x");
        EngineException refused = assertThrows(
                EngineException.class, () -> new OciLayoutWriter(store).directory(out, image.root(), List.of()));
        assertEquals(ErrorKind.USAGE, refused.kind());
        assertEquals(List.of("precious.txt"), names(out));
    }

    @Test
    public void an_incomplete_image_is_refused_before_anything_is_written() throws IOException {
        Files.delete(root.blobs().resolve(image.layers().get(1).digest().hex()));
        for (boolean tar : new boolean[] {true, false}) {
            OciLayoutWriter writer = new OciLayoutWriter(store);
            EngineException refused = assertThrows(EngineException.class, () -> {
                if (tar) {
                    writer.tar(out.resolve("x"), image.root(), List.of());
                } else {
                    writer.directory(out.resolve("x"), image.root(), List.of());
                }
            });
            assertTrue(refused.getMessage(), refused.getMessage().contains(image.layers().get(1).digest().toString()));
        }
        assertEquals(List.of(), names(out));
    }

    @Test
    public void a_truncated_blob_is_refused_before_anything_is_written() throws IOException {
        Path blob = root.blobs().resolve(image.layers().get(0).digest().hex());
        assertTrue(blob.toFile().setWritable(true));
        Files.write(blob, new byte[3]);
        EngineException refused = assertThrows(
                EngineException.class, () -> new OciLayoutWriter(store).tar(out.resolve("x"), image.root(), List.of()));
        assertTrue(refused.getMessage(), refused.getMessage().contains("damaged"));
        assertEquals(List.of(), names(out));
    }

    @Test
    public void images_of_several_windows_versions_are_answered_as_an_index() throws IOException {
        SampleImage second = SampleImage.in(store, "d");
        new OciLayoutWriter(store).directory(out, image.root(), List.of());
        new OciLayoutWriter(store).directory(out, second.root(), List.of());
        List<Descriptor> platforms = List.of(
                image.root().withPlatform(Platform.WINDOWS_AMD64.withOsVersion("10.0.17763.1")),
                second.root().withPlatform(Platform.WINDOWS_AMD64.withOsVersion("10.0.20348.1")));
        Files.write(out.resolve("index.json"), ImageJson.write(ImageIndex.of(MediaTypes.OCI_INDEX, platforms)));
        try (OciLayout layout = OciLayout.open(out)) {
            RawManifest found = layout.find(null, null);
            assertTrue(found.isIndex());
            assertEquals(platforms, found.index().manifests());
            assertEquals(found, new ImageGraph(layout).manifest(found.descriptor()));
        }
    }

    @Test
    public void what_is_no_file_is_not_read() {
        Path device = Path.of("/dev/zero");
        assumeTrue("there are no devices among the files here", Files.exists(device));
        EngineException refused = assertThrows(EngineException.class, () -> OciLayout.open(device));
        assertTrue(refused.getMessage(), refused.getMessage().contains("neither a directory nor a file"));
    }

    @Test
    public void changed_content_is_refused() throws IOException {
        new OciLayoutWriter(store).directory(out, image.root(), List.of(HELLO));
        replace(image.layers().get(0), "other".getBytes());
        try (OciLayout layout = OciLayout.open(out);
                DiskContentStore copy = new DiskContentStore(new StorageRoot(folder.newFolder().toPath()))) {
            assertThrows(IOException.class, () -> ImageCopy.image(image.root(), layout, copy));
            assertFalse(copy.contains(image.root()));
        }
        replace(image.root(), "{}".getBytes());
        try (OciLayout layout = OciLayout.open(out)) {
            EngineException refused = assertThrows(EngineException.class, () -> layout.find("1", null));
            assertTrue(refused.getMessage(), refused.getMessage().contains("damaged"));
        }
        store.verify(image.root().digest());
    }

    @Test
    public void a_manifest_that_lies_about_a_length_is_refused() throws IOException {
        new OciLayoutWriter(store).directory(out, image.root(), List.of(HELLO));
        Descriptor layer = image.layers().get(0);
        Descriptor lie = new Descriptor(layer.mediaType(), layer.digest(), Long.MAX_VALUE);
        try (OciLayout layout = OciLayout.open(out);
                DiskContentStore copy = new DiskContentStore(new StorageRoot(folder.newFolder().toPath()))) {
            IOException refused = assertThrows(IOException.class, () -> ImageCopy.blob(lie, layout, copy));
            assertTrue(refused.getMessage(), refused.getMessage().contains(layer.digest() + " is " + layer.size() + " bytes long"));
            ImageCopy.blob(layer, layout, copy);
            assertThrows(IOException.class, () -> ImageCopy.blob(lie, layout, copy));
            assertTrue(copy.contains(layer));
        }
    }

    /** As an editor does, that leaves other links to the file alone. */
    private void replace(Descriptor blob, byte[] content) throws IOException {
        Path file = out.resolve("blobs/sha256").resolve(blob.digest().hex());
        Files.delete(file);
        Files.write(file, content);
    }

    @Test
    public void what_is_no_layout_is_refused_with_its_path() throws IOException {
        Path empty = folder.newFolder("empty").toPath();
        Path text = folder.newFile("text.tar").toPath();
        Files.writeString(text, "this is no tar".repeat(100));
        Path gzip = folder.newFile("x.tar.gz").toPath();
        Files.write(gzip, SampleImage.gzip(SampleImage.tar("x")));
        Path truncated = folder.newFile("truncated.tar").toPath();
        new OciLayoutWriter(store).tar(out.resolve("whole.tar"), image.root(), List.of());
        byte[] whole = Files.readAllBytes(out.resolve("whole.tar"));
        Files.write(truncated, Arrays.copyOf(whole, 3 * 512 + 100));
        for (Path path : List.of(empty, text, gzip, truncated, Path.of("/nowhere"))) {
            EngineException refused = assertThrows(EngineException.class, () -> OciLayout.open(path).close());
            assertEquals(ErrorKind.CONTEXT_READ, refused.kind());
            assertTrue(refused.getMessage(), refused.getMessage().contains(path.toString()));
        }
    }

    @Test
    public void places_of_images_are_read() {
        ImageLocation place = ImageLocation.parse("oci-layout:///jobs/a@2/layout:1.0@" + Digest.of("x"));
        assertEquals(Path.of("/jobs/a@2/layout"), place.path());
        assertEquals("1.0", place.tag());
        assertEquals(Digest.of("x"), place.digest());
        assertNull(ImageLocation.parse("dir/sub").tag());
        assertEquals("C:\\layout", ImageLocation.parse("C:\\layout:v1").path().toString());
        assertNull(ImageLocation.parse("oci-layout://C:/layout").tag());
        assertThrows(IllegalArgumentException.class, () -> ImageLocation.parse("oci-layout://"));
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
