package io.jenkins.plugins.windowsimage.engine.files;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.util.List;
import org.junit.Test;

public class FileOwnerTest {
    @Test
    public void reads_owners_in_any_case() {
        assertEquals("S-1-5-93-2-1", FileOwner.parse("ContainerAdministrator").sid());
        assertEquals("S-1-5-93-2-2", FileOwner.parse("containeruser").sid());
        assertEquals("S-1-5-93-2-2", FileOwner.parse("User Manager\\ContainerUser").sid());
        assertEquals("S-1-5-32-544", FileOwner.parse("s-1-5-32-544").sid());
        assertEquals("S-1-5-93-2-1", FileOwner.parse("ContainerAdministrator:ContainerUser").sid());
    }

    @Test
    public void refuses_accounts_that_cannot_be_looked_up() {
        for (String other : List.of("root", "0:0", "1000", "", "ContainerUser:staff", "S-1-5", "S-1-5-4294967296", "S-2-5-18",
                "S-1-281474976710656-1")) {
            EngineException refused = assertThrows(other, EngineException.class, () -> FileOwner.parse(other));
            assertEquals(ErrorKind.INVALID_INSTRUCTION, refused.kind());
            assertTrue(refused.getMessage(), refused.getMessage().contains("--chown=" + other));
            assertTrue(refused.hint(), refused.hint().contains("ContainerUser"));
        }
    }
}
