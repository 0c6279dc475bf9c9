package io.jenkins.plugins.windowsimage.engine.windows;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import org.junit.Test;

/** What error codes are said to mean. */
public class HresultTableTest {

    @Test
    public void both_families_of_the_compute_service_mean_the_same() {
        for (int low = 0x100; low <= 0x121; low++) {
            int core = 0x80370000 | low;
            int old = 0xC0370000 | low;
            assertEquals(HresultTable.lookup(core), HresultTable.lookup(old));
            assertTrue(HresultTable.same(core, old));
            assertNotEquals("0x%X has a sentence".formatted(low), "an error without a known explanation",
                    HresultTable.lookup(core).sentence());
        }
        assertFalse(HresultTable.same(0x80370106, 0x80370107));
    }

    @Test
    public void codes_of_other_facilities_are_not_confused_with_them() {
        assertFalse(HresultTable.same(0x80070106, 0x80370106));
    }

    @Test
    public void what_passes_is_known_to_pass() {
        for (int code : new int[] {0x80070020, 0xC0370106, 0x80070015, 0x8007048F, 0x800705B4, 0x803B002F}) {
            assertTrue("0x%08X".formatted(code), HresultTable.lookup(code).passing());
        }
        for (int code : new int[] {0x80370101, 0x8037011B, 0x80070057, 0x80370102}) {
            assertFalse("0x%08X".formatted(code), HresultTable.lookup(code).passing());
        }
    }

    @Test
    public void an_unknown_code_is_said_to_be_unknown() {
        assertEquals("an error without a known explanation", HresultTable.lookup(0x80071234).sentence());
        assertNull(HresultTable.lookup(0x80071234).hint());
    }

    @Test
    public void a_message_names_step_call_code_meaning_and_detail() {
        WindowsException e = new WindowsException(ErrorKind.HOST_NOT_READY, "starting the container",
                "HcsStartComputeSystem", 0xC0370102, "no hypervisor");
        assertEquals("starting the container failed: HcsStartComputeSystem returned 0xC0370102, Hyper-V is not available: "
                + "no hypervisor", e.getMessage());
        assertEquals("The Hyper-V role is missing, or this is a virtual machine without nested virtualization. Install the "
                + "Hyper-V feature and enable nested virtualization, or use --isolation process.", e.hint());
    }

    @Test
    public void win32_codes_become_hresults_as_the_macro_makes_them() {
        assertEquals(0x80070020, WinError.hresult(WinError.ERROR_SHARING_VIOLATION));
        assertEquals(0, WinError.hresult(0));
        assertEquals(0x80070020, WinError.hresult(0x80070020));
    }
}
