package io.jenkins.plugins.windowsimage.engine.files;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.util.List;
import java.util.Random;
import org.junit.Test;

public class WindowsPathTest {
    @Test
    public void reads_every_spelling_of_a_place_on_the_system_volume() {
        for (String text : List.of("C:\\app\\x", "c:/app/x", "/app/x", "\\app\\x", "app/x", "app\\.\\x",
                "/../app//y/../x", "C:app/x")) {
            assertEquals(text, "app/x", WindowsPath.parse(text).path());
        }
        for (String root : List.of("C:", "C:\\", "c:/", "/", "\\", "", ".", "..", "/..")) {
            assertEquals(root, new WindowsPath("", true), WindowsPath.parse(root));
        }
    }

    @Test
    public void tells_directories_from_plain_names() {
        for (String text : List.of("C:\\app\\", "app/", "app/.", "app\\.", "C:", "/")) {
            assertTrue(text, WindowsPath.parse(text).directory());
        }
        for (String text : List.of("C:\\app", "/app", "a/.b")) {
            assertFalse(text, WindowsPath.parse(text).directory());
        }
    }

    @Test
    public void refuses_other_drives_and_servers() {
        for (String text : List.of("D:\\app", "z:", "\\\\server\\share\\x", "//server/x", "\\\\?\\C:\\x",
                "\\\\.\\pipe\\x")) {
            refused(text);
        }
    }

    @Test
    public void refuses_names_that_windows_cannot_hold() {
        for (String name : List.of("CON", "con", "PRN", "Aux.txt", "nul", "NUL.tar.gz", "nul .txt", "COM1", "com9.log",
                "LPT1", "lpt9",
                "COM\u00B9", "LPT\u00B2.x", "com\u00B3", "CONIN$", "conout$.x", "a<b", "a>b", "a|b", "a?b", "a*b",
                "a\"b", "a\tb",
                "a\u0000b", "a\u001Fb", "file.txt:stream", "x:$DATA", "dot.", "space ", "...", "a\uD800b", "\uDC00",
                "x".repeat(256))) {
            refused("C:\\app\\" + name);
            refused("C:\\app\\" + name + "\\file");
        }
        refused("d/".repeat(20_000) + "f");
        refused("d/".repeat(255) + "f");
        assertEquals("d/".repeat(254) + "f", WindowsPath.parse("d/".repeat(254) + "f").path());
    }

    @Test
    public void accepts_names_that_only_look_odd() {
        for (String name : List.of("CONSOLE", "COM", "COM0", "COM10", "LPT", "nulx", "xnul", "a.con", ".con", " a",
                "a.b.c", "\u00fc\u4e2d",
                "\uD83D\uDE00", "x".repeat(255), "CON$", "$", "COM\u2074")) {
            assertEquals("app/" + name, WindowsPath.parse("C:\\app\\" + name).path());
        }
    }

    @Test
    public void whatever_is_accepted_is_clean_and_stays_the_same_when_read_again() {
        Random random = new Random(20_261);
        String alphabet = "ab.C:/\\ \u00e9*";
        int accepted = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            WindowsPath path;
            try {
                path = WindowsPath.parse(text.toString());
            } catch (EngineException e) {
                assertEquals(ErrorKind.INVALID_INSTRUCTION, e.kind());
                continue;
            }
            accepted++;
            for (String part : path.path().split("/")) {
                assertFalse(text.toString(), part.equals("..") || part.equals(".") || part.indexOf('\\') >= 0
                        || part.contains(":"));
            }
            assertEquals(path.path(), WindowsPath.parse(path.path()).path());
            assertEquals(path.path(), WindowsPath.parse("C:\\" + path.path().replace('/', '\\')).path());
        }
        assertTrue("only " + accepted, accepted > 1000);
    }

    @Test
    public void names_that_ntfs_takes_for_one_fold_to_one() {
        assertEquals(CaseFolding.fold("App/\u00C4.TXT"), CaseFolding.fold("aPP/\u00E4.txt"));
        assertEquals(CaseFolding.fold("\u03C3"), CaseFolding.fold("\u03A3"));
        assertNotEquals(CaseFolding.fold("stra\u00DFe"), CaseFolding.fold("STRASSE"));
        assertNotEquals(CaseFolding.fold("\u0131"), CaseFolding.fold("I"));
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            String name = new String(new char[] {(char) random.nextInt(0xD800), (char) random.nextInt(0xD800)});
            assertEquals(CaseFolding.fold(name), CaseFolding.fold(CaseFolding.fold(name)));
            assertEquals(2, CaseFolding.fold(name).length());
        }
    }

    private static void refused(String text) {
        EngineException refused = assertThrows(text, EngineException.class, () -> WindowsPath.parse(text));
        assertEquals(ErrorKind.INVALID_INSTRUCTION, refused.kind());
        assertTrue(refused.getMessage(), refused.getMessage().contains("\""));
    }
}
