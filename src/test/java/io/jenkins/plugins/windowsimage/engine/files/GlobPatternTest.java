package io.jenkins.plugins.windowsimage.engine.files;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.Random;
import org.junit.Test;

public class GlobPatternTest {
    @Test
    public void follows_the_examples_of_go() {
        // From the documentation and behaviour of path/filepath.Match.
        assertMatch("abc", "abc", true);
        assertMatch("*", "abc", true);
        assertMatch("*", "", true);
        assertMatch("*", ".hidden", true);
        assertMatch("*c", "abc", true);
        assertMatch("a*", "a", true);
        assertMatch("a*b*c*d*e*", "axbxcxdxexxx", true);
        assertMatch("a*b?c*x", "abxbbxdbxebxczzx", true);
        assertMatch("a*b?c*x", "abxbbxdbxebxczzy", false);
        assertMatch("ab[c]", "abc", true);
        assertMatch("ab[b-d]", "abc", true);
        assertMatch("ab[e-g]", "abc", false);
        assertMatch("ab[^c]", "abc", false);
        assertMatch("ab[^e-g]", "abc", true);
        assertMatch("a\\*b", "a*b", true);
        assertMatch("a\\*b", "ab", false);
        assertMatch("a?b", "a\u263Ab", true);
        assertMatch("a?b", "a\uD83D\uDE00b", true);
        assertMatch("a[^a]b", "a\u263Ab", true);
        assertMatch("a???b", "a\u263Ab", false);
        assertMatch("[a-\u03B6]*", "\u03B1", true);
        assertMatch("arr[[]0].txt", "arr[0].txt", true);
        assertMatch("[\\]a]", "]", true);
        assertMatch("[\\-x]", "-", true);
    }

    @Test
    public void matches_nothing_with_a_malformed_pattern() {
        for (String pattern : new String[] {"[", "[^", "[^bc", "a[", "[]a]", "[-]", "[x-]", "[-x]", "[a-b-c]", "[\\", "a\\"}) {
            assertMatch(pattern, "a", false);
            assertMatch(pattern, "-", false);
            assertMatch(pattern, pattern, false);
        }
    }

    @Test
    public void tells_patterns_from_plain_names() {
        assertTrue(GlobPattern.isPattern("a*"));
        assertTrue(GlobPattern.isPattern("a?"));
        assertTrue(GlobPattern.isPattern("[a"));
        assertFalse(GlobPattern.isPattern("a]"));
        assertFalse(GlobPattern.isPattern("a\\*"));
    }

    @Test
    public void agrees_with_a_naive_matcher_on_random_patterns() {
        Random random = new Random(20260101);
        String patternAlphabet = "ab*?[^]-\\c";
        for (int i = 0; i < 200_000; i++) {
            String pattern = random(random, patternAlphabet, 8);
            String name = random(random, "abc]-\\", 6);
            Boolean expected = naive(pattern, name);
            assertEquals(pattern + " on " + name, expected != null && expected, GlobPattern.compile(pattern).matches(name));
        }
    }

    @Test
    public void takes_no_exponential_time() {
        assertMatch("a*".repeat(500) + "b", "a".repeat(5000), false);
    }

    private static String random(Random random, String alphabet, int longest) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(longest + 1); n > 0; n--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    /** By trying everything; null if the pattern is malformed. */
    private static Boolean naive(String pattern, String name) {
        if (pattern.isEmpty()) {
            return name.isEmpty();
        }
        char c = pattern.charAt(0);
        if (c == '*') {
            Boolean any = false;
            for (int i = 0; i <= name.length(); i++) {
                Boolean rest = naive(pattern.substring(1), name.substring(i));
                if (rest == null) {
                    return null;
                }
                any |= rest;
            }
            return any;
        }
        int length = 1;
        boolean accepted = !name.isEmpty();
        if (c == '\\') {
            if (pattern.length() < 2) {
                return null;
            }
            length = 2;
            accepted = accepted && name.charAt(0) == pattern.charAt(1);
        } else if (c == '[') {
            int at = 1;
            boolean negated = pattern.startsWith("^", at);
            at += negated ? 1 : 0;
            boolean member = false;
            for (int count = 0; ; count++) {
                if (count > 0 && pattern.startsWith("]", at)) {
                    break;
                }
                int[] low = escaped(pattern, at);
                if (low == null) {
                    return null;
                }
                int[] high = low;
                if (pattern.startsWith("-", low[1])) {
                    high = escaped(pattern, low[1] + 1);
                    if (high == null) {
                        return null;
                    }
                }
                member |= !name.isEmpty() && low[0] <= name.charAt(0) && name.charAt(0) <= high[0];
                at = high[1];
            }
            length = at + 1;
            accepted = accepted && member != negated;
        } else if (c != '?') {
            accepted = accepted && name.charAt(0) == c;
        }
        Boolean rest = naive(pattern.substring(length), accepted ? name.substring(1) : "");
        return rest == null ? null : Boolean.valueOf(accepted && rest);
    }

    private static int[] escaped(String pattern, int at) {
        if (at >= pattern.length() || pattern.charAt(at) == '-' || pattern.charAt(at) == ']') {
            return null;
        }
        int i = pattern.charAt(at) == '\\' ? at + 1 : at;
        return i >= pattern.length() ? null : new int[] {pattern.charAt(i), i + 1};
    }

    private static void assertMatch(String pattern, String name, boolean expected) {
        assertEquals(pattern + " on " + name, expected, GlobPattern.compile(pattern).matches(name));
    }
}
