package io.jenkins.plugins.windowsimage.engine.dockerfile;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.util.List;
import java.util.Random;
import org.junit.Test;

public class IgnoreFileTest {

    private static void excluded(String file, String... paths) {
        for (String path : paths) {
            assertTrue(path + " by " + file, IgnoreFile.parse(file).excludes(path));
        }
    }

    private static void kept(String file, String... paths) {
        for (String path : paths) {
            assertFalse(path + " by " + file, IgnoreFile.parse(file).excludes(path));
        }
    }

    @Test
    public void a_name_covers_what_lies_below_it() {
        excluded("build", "build", "build/a", "build/a/b");
        kept("build", "builds", "src/build");
    }

    @Test
    public void one_star_stays_in_its_directory_and_two_cross_them() {
        excluded("*.log", "a.log", ".log");
        kept("*.log", "x/a.log");
        excluded("**/*.log", "a.log", "x/a.log", "x/y/a.log");
        excluded("a/**/z", "a/z", "a/b/z", "a/b/c/z");
        kept("a/**/z", "az", "a/bz");
        excluded("**/bin", "bin/a.dll", "src/bin/x/y.dll");
        kept("**/bin", "src/binary", "src/xbin");
        excluded("dir/**", "dir/a", "dir/a/b");
        kept("dir/**", "dir");
        excluded("**", "a", "a/b");
        excluded("**/*", "a", "a/b");
    }

    @Test
    public void question_marks_and_classes_match_one_character() {
        excluded("a?c", "abc");
        kept("a?c", "a/c", "ac");
        excluded("[a-c]x", "bx");
        kept("[a-c]x", "dx");
        excluded("[^a]x", "bx");
        kept("[^a]x", "ax");
        excluded("[\\]a-]x".replace("-", "\\-"), "]x");
    }

    @Test
    public void the_last_match_wins() {
        kept("*.go\n!main.go", "main.go");
        excluded("*.go\n!main.go", "other.go");
        excluded("!main.go\n*.go", "main.go");
        kept("docs\n!docs/api", "docs/api", "docs/api/x");
        excluded("docs\n!docs/api\ndocs/api/private", "docs/api/private/y", "docs/other");
        kept("**\n!util/docker/web", "util/docker/web/foo");
    }

    @Test
    public void blanks_slashes_comments_and_carriage_returns_are_dropped() {
        excluded("/foo/\r\n./bar\r\n baz \r\n#comment\r\n\r\n", "foo", "foo/x", "bar", "baz");
        kept("#comment", "#comment");
        excluded("  # no comment", "# no comment");
        excluded("\uFEFFfoo", "foo");
        excluded("a//b/../c", "a/c");
        excluded("! x\ny", "y");
    }

    @Test
    public void a_backslash_separates_as_on_windows_and_escapes_what_is_special() {
        excluded("bin\\Debug", "bin/Debug", "bin/Debug/x");
        excluded("a\\*", "a*");
        kept("a\\*", "ab");
        excluded("\\#x", "#x");
    }

    @Test
    public void a_walk_knows_where_it_must_look_inside() {
        IgnoreFile file = IgnoreFile.parse("*\n!src/main/*.java\n!lib");
        assertTrue(file.excludes("src"));
        assertTrue(file.mayReinclude("src"));
        assertTrue(file.mayReinclude("src/main"));
        assertFalse(file.mayReinclude("src/test"));
        assertFalse(file.mayReinclude("node_modules"));
        assertFalse(file.mayReinclude("src/main/deep"));
        assertTrue(IgnoreFile.parse("*\n!**/*.md").mayReinclude("any/where"));
        assertFalse(IgnoreFile.parse("node_modules").mayReinclude("node_modules"));
    }

    @Test
    public void a_wrong_pattern_is_named_with_its_line() {
        EngineException open = assertThrows(EngineException.class, () -> IgnoreFile.parse("a\n[b"));
        assertEquals(ErrorKind.CONTEXT_READ, open.kind());
        assertTrue(open.getMessage(), open.getMessage().startsWith(".dockerignore line 2: \"[b\""));
        for (String bare : List.of("[]a]", "[-a]", "[a-]", "[]", "[^]", "[a\\")) {
            assertThrows(bare, EngineException.class, () -> IgnoreFile.parse(bare));
        }
        EngineException lone = assertThrows(EngineException.class, () -> IgnoreFile.parse("!"));
        assertTrue(lone.getMessage(), lone.getMessage().contains("illegal exclusion pattern"));
    }

    @Test
    public void exclude_flags_have_the_same_meaning() {
        IgnoreFile flags = IgnoreFile.ofPatterns(List.of("*.png", "!logo.png"));
        assertTrue(flags.excludes("a.png"));
        assertFalse(flags.excludes("logo.png"));
        assertTrue(flags.hasExceptions());
        assertTrue(IgnoreFile.NONE.isEmpty());
    }

    @Test
    public void a_walk_that_skips_directories_finds_the_same_files_as_asking_for_each() {
        Random random = new Random(20240501);
        String[] names = {"a", "b", "ab", "a.x"};
        String[] parts = {"a", "b", "*", "**", "a*", "?b", "*.x", "[ab]"};
        for (int round = 0; round < 2000; round++) {
            StringBuilder text = new StringBuilder();
            for (int line = random.nextInt(4) + 1; line > 0; line--) {
                text.append(random.nextInt(3) == 0 ? "!" : "");
                for (int part = random.nextInt(3); part >= 0; part--) {
                    text.append(parts[random.nextInt(parts.length)]).append(part > 0 ? "/" : "\n");
                }
            }
            IgnoreFile file = IgnoreFile.parse(text.toString());
            for (String one : names) {
                for (String two : names) {
                    for (String three : names) {
                        String path = one + "/" + two + "/" + three;
                        boolean reached = reaches(file, one) && reaches(file, one + "/" + two);
                        assertTrue(path + " by\n" + text, reached || file.excludes(path));
                    }
                }
            }
        }
    }

    private static boolean reaches(IgnoreFile file, String directory) {
        return !file.excludes(directory) || file.mayReinclude(directory);
    }

    @Test(timeout = 10_000)
    public void no_pattern_takes_exponential_time() {
        IgnoreFile file = IgnoreFile.parse("*a".repeat(200) + "b\n" + "**/a".repeat(200));
        assertFalse(file.excludes("a".repeat(5000)));
    }
}
