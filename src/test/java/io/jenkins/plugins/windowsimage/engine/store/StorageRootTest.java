package io.jenkins.plugins.windowsimage.engine.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeFalse;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.io.Closeable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class StorageRootTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void lies_in_the_local_profile_on_windows() {
        assertEquals(
                "C:\\Users\\me\\AppData\\Local\\windows-image",
                StorageRoot.location(Map.of("LOCALAPPDATA", "C:\\Users\\me\\AppData\\Local"), true, null).toString());
    }

    @Test
    public void lies_in_program_data_for_windows_services_without_a_profile() {
        String system = "C:\\WINDOWS\\system32\\config\\SystemProfile\\AppData\\Local";
        assertEquals(
                "D:\\Data\\windows-image",
                StorageRoot.location(Map.of("LOCALAPPDATA", system, "ProgramData", "D:\\Data"), true, null).toString());
        assertEquals(
                "C:\\ProgramData\\windows-image", StorageRoot.location(Map.of(), true, null).toString());
    }

    @Test
    public void follows_the_xdg_base_directories_elsewhere() {
        assertEquals(
                Path.of("/x/windows-image"),
                StorageRoot.location(Map.of("XDG_DATA_HOME", "/x"), false, "/home/me"));
        assertEquals(
                Path.of("/home/me/.local/share/windows-image"),
                StorageRoot.location(Map.of("XDG_DATA_HOME", "relative"), false, "/home/me"));
    }

    @Test
    public void is_where_the_variable_says() {
        assertEquals(Path.of("/y"), StorageRoot.location(Map.of(StorageRoot.VARIABLE, "/y"), false, "/home/me"));
    }

    @Test
    public void is_created_for_the_owner_alone() throws Exception {
        Path path = folder.getRoot().toPath().resolve("a/b");
        new StorageRoot(path);
        assertTrue(Files.isDirectory(path));
        if (Files.getFileStore(path).supportsFileAttributeView("posix")) {
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        }
    }

    @Test
    public void names_the_path_when_it_cannot_be_created() throws Exception {
        Path file = folder.newFile("file").toPath();
        EngineException refused = assertThrows(EngineException.class, () -> new StorageRoot(file.resolve("root")));
        assertEquals(ErrorKind.HOST_NOT_READY, refused.kind());
        assertTrue(refused.getMessage(), refused.getMessage().contains(file.resolve("root").toString()));
        assertTrue(refused.hint(), refused.hint().contains("WINDOWS_IMAGE_ROOT"));
    }

    @Test
    public void names_the_path_when_it_cannot_be_written() throws Exception {
        Path path = folder.newFolder("readonly").toPath();
        new StorageRoot(path);
        assertTrue(path.toFile().setWritable(false) && path.resolve("incoming").toFile().setWritable(false));
        assumeFalse("this account may write everything, whatever the permissions say", Files.isWritable(path));
        EngineException refused = assertThrows(EngineException.class, () -> new StorageRoot(path));
        assertEquals(ErrorKind.HOST_NOT_READY, refused.kind());
        assertTrue(refused.getMessage(), refused.getMessage().contains(path.toString()));
    }

    @Test
    public void a_lock_has_one_owner_at_a_time() throws Exception {
        Path path = folder.newFolder("root").toPath();
        StorageRoot root = new StorageRoot(path);
        try (Closeable held = root.tryLock("layers/a").orElseThrow()) {
            assertTrue(new StorageRoot(path).tryLock("layers/a").isEmpty());
            new StorageRoot(path).tryLock("layers/b").orElseThrow().close();
            assertTrue(root.tryLock("layers/a").isEmpty());
        }
        root.tryLock("layers/a").orElseThrow().close();
    }

    @Test
    public void build_ids_are_twelve_hexadecimal_digits_and_never_repeat() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            String id = BuildId.next();
            assertTrue(id, BuildId.isValid(id));
            ids.add(id);
        }
        assertEquals(100_000, ids.size());
    }
}
