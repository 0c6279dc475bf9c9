package io.jenkins.plugins.windowsimage.engine.windows;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

/** What was acquired is released in the opposite order, whatever fails. */
public class ReleasesTest {
    private final List<String> closed = new ArrayList<>();
    private final Releases releases = new Releases();

    @Test
    public void the_last_is_released_first_and_each_once() {
        releases.add(() -> closed.add("a"));
        releases.add(() -> closed.add("b"));
        releases.close();
        releases.close();
        assertEquals(List.of("b", "a"), closed);
    }

    @Test
    public void a_failure_holds_up_no_other_release() {
        IllegalStateException first = new IllegalStateException("first");
        releases.add(() -> closed.add("a"));
        releases.add(() -> {
            throw new IOException("second");
        });
        releases.add(() -> {
            throw first;
        });
        IllegalStateException thrown = assertThrows(IllegalStateException.class, releases::close);
        assertSame(first, thrown);
        assertEquals("second", thrown.getSuppressed()[0].getMessage());
        assertEquals(List.of("a"), closed);
    }
}
