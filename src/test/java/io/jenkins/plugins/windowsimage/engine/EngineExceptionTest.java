package io.jenkins.plugins.windowsimage.engine;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

public class EngineExceptionTest {
    private static String shown(String message) {
        return new EngineException(ErrorKind.IO_ERROR, message).getMessage();
    }

    @Test
    public void a_name_cannot_begin_a_line_move_the_cursor_or_turn_text_around() {
        assertEquals("\"a\\u000AERROR: \\u001B[31m\" is wrong", shown("\"a\nERROR: \u001b[31m\" is wrong"));
        assertEquals("a\\u009B2J\\u2028b\\u202Ec\\u2066", shown("a\u009b2J\u2028b\u202ec\u2066"));
        assertEquals("a\tb \u00fc \u4e2d \uD83D\uDE00", shown("a\tb \u00fc \u4e2d \uD83D\uDE00"));
        assertNull(shown(null));
    }

    @Test
    public void the_reason_at_the_end_of_a_long_message_stays() {
        String shown = shown("cannot copy " + "x".repeat(60_000) + ": it is too long");
        assertTrue(shown, shown.startsWith("cannot copy xxx") && shown.endsWith("xxx: it is too long"));
        assertEquals(2003, shown.length());
    }
}
