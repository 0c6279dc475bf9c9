package io.jenkins.plugins.windowsimage.engine.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class ImageNamesTest {
    private static final ImageReference HELLO = ImageReference.parse("hello");
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private StorageRoot root;
    private ImageNames names;
    private Descriptor first;
    private Descriptor second;

    @Before
    public void open() throws IOException {
        root = new StorageRoot(folder.newFolder("root").toPath());
        names = new ImageNames(root);
        first = blob("{\"first\":1}");
        second = blob("{\"second\":2}");
    }

    @Test
    public void a_name_leads_to_the_image_it_was_given_to_last() throws IOException {
        names.put(HELLO, first, NOON, "0123456789ab");
        names.put(HELLO, second, NOON.plusSeconds(1), null);
        StoredImage found = names.find(HELLO).orElseThrow();
        assertEquals(second, found.descriptor());
        assertEquals("docker.io/library/hello:latest", found.name());
        assertEquals(1, names.list().size());
    }

    @Test
    public void images_are_found_by_build_id_and_by_digest() throws IOException {
        names.putUntagged("0123456789ab", first, NOON);
        names.put(HELLO, second, NOON, null);
        assertEquals(first, names.find("0123456789ab").orElseThrow().descriptor());
        assertEquals(second, names.find(second.digest().toString()).orElseThrow().descriptor());
        assertEquals(second, names.find(second.digest().shortHex()).orElseThrow().descriptor());
        assertEquals(second, names.find("hello:latest").orElseThrow().descriptor());
        assertEquals(Optional.empty(), names.find("hello:other"));
        assertEquals(Optional.empty(), names.find("NO REFERENCE"));
    }

    @Test
    public void the_newest_image_is_listed_first() throws IOException {
        names.put(HELLO, first, NOON, null);
        names.putUntagged("0123456789ab", second, NOON.plusMillis(1));
        assertEquals(List.of(second, first), names.list().stream().map(StoredImage::descriptor).toList());
    }

    @Test
    public void a_removed_name_is_gone() throws IOException {
        names.put(HELLO, first, NOON, null);
        assertTrue(names.remove(HELLO));
        assertFalse(names.remove(HELLO));
        assertEquals(List.of(), names.list());
    }

    @Test
    public void an_image_is_removed_only_while_it_is_still_the_same() throws IOException {
        names.put(HELLO, first, NOON, null);
        StoredImage old = names.find(HELLO).orElseThrow();
        names.put(HELLO, second, NOON, null);
        assertFalse(names.remove(old));
        assertTrue(names.find(HELLO).isPresent());
    }

    @Test
    public void a_name_for_content_that_is_not_there_is_refused() {
        Descriptor missing = new Descriptor(MediaTypes.OCI_MANIFEST, Digest.of("missing"), 7);
        assertThrows(NoSuchFileException.class, () -> names.put(HELLO, missing, NOON, null));
    }

    @Test
    public void a_damaged_record_is_no_image() throws IOException {
        names.put(HELLO, first, NOON, null);
        Files.writeString(names.file(names.list().get(0)), "{\"name\":\"hello\",\"descr");
        assertEquals(Optional.empty(), names.find(HELLO));
        assertEquals(List.of(), names.list());
    }

    private Descriptor blob(String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        try (DiskContentStore store = new DiskContentStore(root);
                BlobWriter writer = store.writer()) {
            writer.write(content, 0, content.length);
            writer.commit();
        }
        return Descriptor.of(MediaTypes.OCI_MANIFEST, content);
    }
}
