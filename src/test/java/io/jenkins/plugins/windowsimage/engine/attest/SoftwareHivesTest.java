package io.jenkins.plugins.windowsimage.engine.attest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.store.BlobWriter;
import io.jenkins.plugins.windowsimage.engine.store.DiskContentStore;
import io.jenkins.plugins.windowsimage.engine.store.StorageRoot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What Windows lists as installed, through hives in layers. */
public class SoftwareHivesTest {
    private static final String UNINSTALL = "Microsoft\\Windows\\CurrentVersion\\Uninstall\\";
    private static final String GIT = "{0B7A5C7E-1F7F-4B8B-9B0F-2B5C8F7A1D01}";
    private static final String ODBC = "{A1B2C3D4-0000-1111-2222-333344445555}";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final ExecutorService workers = Executors.newSingleThreadExecutor();
    private final List<LayerBlob> layers = new ArrayList<>();
    private DiskContentStore store;

    @Before
    public void open() throws IOException {
        store = new DiskContentStore(new StorageRoot(folder.newFolder("root").toPath()));
    }

    @After
    public void close() throws IOException {
        store.close();
        workers.shutdownNow();
    }

    @Test
    public void products_of_base_and_delta_hives_are_found() throws IOException {
        HiveBytes base = HiveBytes.root();
        msi(base.key(UNINSTALL + ODBC), "ODBC Driver 17", "17.10.5.1");
        base.key("Classes").text("", "x");
        base.key("Policies");
        layer("Files/Windows/System32/config/SOFTWARE", base.toBytes());
        HiveBytes delta = HiveBytes.root();
        msi(delta.key(UNINSTALL + GIT.toLowerCase(java.util.Locale.ROOT)), "Git", "2.47.0");
        delta.key("WOW6432Node\\" + UNINSTALL + "7-Zip").text("DisplayName", "7-Zip 24.08").text("Publisher", "Igor Pavlov");
        delta.key(UNINSTALL + "NoName").number("SystemComponent", 1);
        layer("Hives/Software_Delta", delta.toBytes());
        assertEquals(
                List.of(
                        "msi:" + GIT + " Git 2.47.0",
                        "msi:" + ODBC + " ODBC Driver 17 17.10.5.1",
                        "program:7-ZIP 7-Zip 24.08 null"),
                found());
    }

    @Test
    public void an_upper_layer_removes_replaces_and_changes_products() throws IOException {
        HiveBytes base = HiveBytes.root();
        msi(base.key(UNINSTALL + GIT), "Git", "2.46.0");
        msi(base.key(UNINSTALL + ODBC), "ODBC Driver 17", "17.10");
        base.key(UNINSTALL + "Changed").text("DisplayName", "Changed").text("DisplayVersion", "1");
        base.key(UNINSTALL + "Cleared").text("DisplayName", "Cleared").text("DisplayVersion", "1");
        layer("Hives/SOFTWARE_BASE", base.toBytes());
        HiveBytes delta = HiveBytes.root();
        HiveBytes uninstall = delta.key(UNINSTALL.substring(0, UNINSTALL.length() - 1));
        uninstall.child(GIT, 1);
        uninstall.child(ODBC, 3).text("DisplayName", "Something else");
        uninstall.child("Changed", 0).text("DisplayVersion", "2");
        uninstall.child("Cleared", 0).deleted("DisplayVersion");
        layer("Hives/Software_Delta", delta.toBytes());
        assertEquals(
                List.of("program:CHANGED Changed 2", "program:CLEARED Cleared null", "program:" + ODBC + " Something else null"),
                found());
    }

    @Test
    public void a_whole_list_can_be_replaced() throws IOException {
        HiveBytes base = HiveBytes.root();
        msi(base.key(UNINSTALL + GIT), "Git", "2.46.0");
        layer("Hives/Software_Base", base.toBytes());
        HiveBytes delta = HiveBytes.root();
        delta.key("Microsoft\\Windows\\CurrentVersion").child("Uninstall", 3).child("New", 0).text("DisplayName", "Новый");
        layer("Hives/Software_Delta", delta.toBytes());
        assertEquals(List.of("program:NEW Новый null"), found());
    }

    @Test
    public void hundreds_of_products_are_found() throws IOException {
        HiveBytes hive = HiveBytes.root();
        for (int i = 0; i < 700; i++) {
            hive.key(UNINSTALL + "Program" + i).text("DisplayName", "Program " + i);
        }
        layer("Hives/Software_Delta", hive.toBytes());
        assertEquals(700, found().size());
    }

    @Test
    public void a_hive_that_is_none_is_told_and_does_not_end_the_search() throws IOException {
        layer("Hives/Software_Delta", "regf but no hive".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        SoftwareList software = new SoftwareList();
        find(software);
        assertEquals(List.of("Hives/Software_Delta"), software.unreadable());
    }

    @Test
    public void a_list_that_claims_more_than_it_holds_ends_in_an_error() throws IOException {
        HiveBytes hive = HiveBytes.root();
        hive.key(UNINSTALL + "A").text("DisplayName", "A");
        byte[] bytes = hive.toBytes();
        // Every list of keys gets the largest count there is.
        for (int i = 4096; i < bytes.length - 4; i++) {
            if (bytes[i] == 'l' && bytes[i + 1] == 'h') {
                bytes[i + 2] = (byte) 0xFF;
                bytes[i + 3] = (byte) 0xFF;
            }
        }
        Path file = folder.newFile().toPath();
        Files.write(file, bytes);
        assertThrows(IOException.class, () -> new InstalledPrograms().apply(file));
    }

    private static void msi(HiveBytes key, String name, String version) {
        key.text("DisplayName", name).text("DisplayVersion", version).text("Publisher", "Someone").number("WindowsInstaller", 1);
    }

    private void layer(String name, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry(name);
            entry.setSize(content.length);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
        }
        byte[] tar = bytes.toByteArray();
        try (BlobWriter writer = store.writer()) {
            writer.write(tar, 0, tar.length);
            writer.commit();
        }
        layers.add(new LayerBlob(Descriptor.of(MediaTypes.OCI_LAYER, tar), Digest.of(tar), tar.length));
    }

    private void find(SoftwareList software) throws IOException {
        new SoftwareHives(store, workers, new Cancellation()).find(layers, folder.getRoot().toPath(), software);
    }

    private List<String> found() throws IOException {
        SoftwareList software = new SoftwareList();
        find(software);
        assertEquals(List.of(), software.unreadable());
        return software.components().stream()
                .map(SoftwareList.Found::component)
                .map(component -> component.id() + " " + component.name() + " " + component.version())
                .toList();
    }
}
