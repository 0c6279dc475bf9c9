package io.jenkins.plugins.windowsimage.engine;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.Test;

public class SecretMaskTest {
    @Test
    public void a_secret_is_replaced_wherever_it_is() throws IOException {
        assertEquals("a **** b ****\n****", masked("a geheim b geheim\ngeheim", "geheim"));
    }

    @Test
    public void the_longer_of_two_secrets_leaves_nothing_behind() throws IOException {
        assertEquals("****\n", masked("geheimnis\n", "geheim", "geheimnis"));
    }

    @Test
    public void lines_of_a_secret_are_secrets() throws IOException {
        assertEquals("x ****\n}\n", masked("x second-line-of-it\n}\n", "first-line-of-it\nsecond-line-of-it\n}"));
    }

    @Test
    public void a_secret_within_json_is_seen() throws IOException {
        assertEquals("{\"p\":\"****\"}\n", masked("{\"p\":\"a\\\"b\\\\c\"}\n", "a\"b\\c"));
        assertEquals("{\"p\":\"****\"}", new SecretMask(List.of("tab\there")).applyToJson("{\"p\":\"tab\\there\"}"));
    }

    @Test
    public void text_that_is_not_ascii_comes_through() throws IOException {
        assertEquals("grün **** 😀\n", masked("grün pässwort 😀\n", "pässwort"));
    }

    @Test
    public void a_secret_across_the_pieces_of_an_endless_line_is_seen() throws IOException {
        String secret = "0123456789".repeat(5);
        for (int before : new int[] {65_530, 65_586, 65_536, 131_072, 8_180}) {
            String text = "x".repeat(before) + secret + "y".repeat(200_000);
            String masked = masked(text, secret);
            assertFalse("secret after " + before, masked.contains("0123456789"));
            assertEquals(text.length() - secret.length() + 4, masked.length());
        }
    }

    @Test
    public void the_variable_brings_the_secrets_across() {
        SecretMask mask = SecretMask.parse(new SecretMask(List.of("a,b", "zwei\nZeilen-mit-mehr")).format());
        assertEquals("**** ****", mask.apply("a,b Zeilen-mit-mehr"));
        assertEquals("x", SecretMask.parse(null).apply("x"));
    }

    private static String masked(String text, String... secrets) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SecretMask(List.of(secrets)).copy(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
