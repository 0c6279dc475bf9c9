package io.jenkins.plugins.windowsimage.engine.dockerfile;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.Test;

public class ShellWordsTest {
    private static final Map<String, String> SET =
            Map.of("HOME", "C:\\Users\\me", "EMPTY", "", "LIST", "a b  c", "V", "one.two.two.three");
    private static final ShellWords BACKSLASH = new ShellWords('\\');
    private static final ShellWords BACKTICK = new ShellWords('`');

    private static String expand(ShellWords rules, String word) throws ExpansionException {
        return rules.expand(word, name -> Optional.ofNullable(SET.get(name))).text();
    }

    private static void expands(String word, String expected) throws ExpansionException {
        assertEquals(word, expected, expand(BACKSLASH, word));
    }

    private static void fails(String word, String message) {
        ExpansionException e = assertThrows(word, ExpansionException.class, () -> expand(BACKSLASH, word));
        assertTrue(e.getMessage(), e.getMessage().startsWith("failed to process " + GoQuote.quote(word) + ": "));
        assertTrue(e.getMessage(), e.getMessage().contains(message));
    }

    @Test
    public void quotes_and_escapes_are_resolved() throws ExpansionException {
        expands("C:\\app", "C:app");
        expands("C:\\\\app", "C:\\app");
        expands("'C:\\app'", "C:\\app");
        expands("\"C:\\app\"", "C:\\app");
        expands("\"say \\\"hi\\\" for \\$5\"", "say \"hi\" for $5");
        expands("'$HOME'\"$EMPTY\"x", "$HOMEx");
        expands("ends\\", "ends");
        assertEquals("C:\\app$x", expand(BACKTICK, "C:\\app`$x"));
    }

    @Test
    public void variables_are_replaced() throws ExpansionException {
        expands("$HOME/x", "C:\\Users\\me/x");
        expands("${HOME}x", "C:\\Users\\mex");
        expands("[$MISSING]", "[]");
        expands("$env:TEMP", ":TEMP");
        expands("5$ $. $1x", "5$ $. x");
        expands("\\$HOME", "$HOME");
    }

    @Test
    public void every_modifier_works() throws ExpansionException {
        expands("${MISSING:-d} ${MISSING-d} ${EMPTY:-d} [${EMPTY-d}]", "d d d []");
        expands("[${MISSING:+a}${MISSING+a}${EMPTY:+a}] ${EMPTY+a}", "[] a");
        expands("${V:?no}", "one.two.two.three");
        expands("${V#*.} ${V##*.}", "two.two.three three");
        expands("${V%.*} ${V%%.*}", "one.two.two one");
        expands("${V/two/2} ${V//two/2}", "one.2.two.three one.2.2.three");
        expands("${V/t?o/x} ${V//./-}", "one.x.two.three one-two-two-three");
        expands("${V%\\*}", "one.two.two.three");
        expands("${MISSING:-${EMPTY:-\"${HOME}\"}}", "C:\\Users\\me");
    }

    @Test
    public void what_cannot_be_expanded_says_why() {
        fails("${MISSING:?give one}", "MISSING: give one");
        fails("${MISSING?}", "MISSING: is not allowed to be unset");
        fails("${EMPTY:?}", "EMPTY: is not allowed to be empty");
        fails("${ProgramFiles(x86)}", "unsupported modifier (() in substitution");
        fails("${env:TEMP}", "unsupported modifier (:T) in substitution");
        fails("${V", "unsupported modifier");
        fails("${", "syntax error: missing '}'");
        fails("${V:-x", "syntax error: missing '}'");
        fails("${V/x", "syntax error: missing '/' in ${}");
        fails("${}", "syntax error: bad substitution");
        fails("'open", "looking for matching single-quote");
        fails("\"open", "looking for matching double-quote");
        fails("${V#\\x}", "invalid escape '\\x'");
    }

    @Test
    public void words_split_at_blanks_that_are_not_quoted() throws ExpansionException {
        ShellWords.Result result = BACKSLASH.expand(
                "x$LIST \"$LIST\" c\\ d", name -> Optional.ofNullable(SET.get(name)));
        assertEquals(List.of("xa", "b", "c", "a b  c", "c d"), result.words());
        assertEquals(Set.of("LIST"), result.used());
    }

    @Test
    public void variables_that_are_not_set_are_reported_even_with_a_default() throws ExpansionException {
        assertEquals(Set.of("A", "B"), BACKSLASH.expand("$A${B:-x}$A", Variables.NONE).missing());
    }

    @Test
    public void for_display_quotes_and_unknown_variables_stay() throws ExpansionException {
        assertEquals(
                "say \"$A\" ${B:-x} one.two.two.three",
                expand(BACKSLASH.forDisplay(), "say \"$A\" ${B:-x} $V"));
    }

    @Test(timeout = 20_000)
    public void no_word_hangs_or_fails_otherwise_than_it_says() {
        Random random = new Random(7);
        String alphabet = "$${}{}:-+?#%/*\\`'\"<>aAV0_ ().";
        for (int round = 0; round < 50_000; round++) {
            StringBuilder word = new StringBuilder();
            for (int length = random.nextInt(20); length > 0; length--) {
                word.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            ShellWords rules = random.nextBoolean() ? BACKSLASH : BACKTICK;
            try {
                String shown = expand(rules, word.toString());
                assertTrue(shown.length() < 1000);
            } catch (ExpansionException e) {
                assertTrue(e.getMessage(), e.getMessage().startsWith("failed to process "));
            }
        }
    }

    @Test(timeout = 10_000)
    public void deep_and_long_words_end_soon() throws ExpansionException {
        fails("${a:-".repeat(5000), "nested too deeply");
        String value = "a".repeat(50_000);
        assertEquals(value, BACKSLASH.expand("${B/a*z/x}", name -> Optional.of(value)).text());
        assertEquals("", BACKSLASH.expand("${B//a*/}", name -> Optional.of(value)).text());
    }

    @Test
    public void what_is_quoted_comes_back_as_it_was() throws ExpansionException {
        Random random = new Random(11);
        for (int round = 0; round < 5000; round++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                text.append((char) (' ' + random.nextInt(95)));
            }
            String escaped = text.toString().replace("\\", "\\\\").replace("\"", "\\\"").replace("$", "\\$");
            expands("\"" + escaped + "\"", text.toString());
        }
    }
}
