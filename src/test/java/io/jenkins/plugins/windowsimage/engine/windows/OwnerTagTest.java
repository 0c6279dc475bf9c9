package io.jenkins.plugins.windowsimage.engine.windows;

import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import java.nio.file.Path;
import org.junit.Test;

/** Which things are ours, and which of ours are left by dead processes. */
public class OwnerTagTest {
    private static final long NO_PROCESS = 1L << 31;

    private final OwnerTag self = OwnerTag.ofThisProcess(Path.of("storage"));

    @Test
    public void what_this_process_made_is_no_orphan() {
        assertFalse(self.isOrphan(self.text()));
        assertFalse(self.isOrphan(self.name("x")));
    }

    @Test
    public void what_a_dead_process_of_this_installation_made_is_one() {
        OwnerTag dead = new OwnerTag(self.installation(), NO_PROCESS, 1);
        assertTrue(self.isOrphan(dead.text()));
        assertTrue(self.isOrphan(dead.name("some.thing")));
    }

    @Test
    public void a_process_id_that_was_used_again_does_not_hide_an_orphan() {
        assertTrue(self.isOrphan(new OwnerTag(self.installation(), self.pid(), self.start() - 1).text()));
    }

    @Test
    public void what_another_installation_made_is_left_alone() {
        OwnerTag other = OwnerTag.ofThisProcess(Path.of("elsewhere"));
        assertNotEquals(self.installation(), other.installation());
        assertFalse(self.isOrphan(new OwnerTag(other.installation(), NO_PROCESS, 1).text()));
    }

    @Test
    public void what_others_made_is_left_alone() {
        for (String text : new String[] {null, "", "docker", "windows-image.", "windows-image.a.b.c",
            "windows-image." + self.installation() + ".1", "xwindows-image." + self.installation() + ".2147483648.1"}) {
            assertFalse(text, self.isOrphan(text));
        }
    }
}
