package io.jenkins.plugins.windowsimage.engine.layer;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

public class SecurityDescriptorTest {
    private static final String DIRECTORY_SDDL = "O:BAG:SYD:(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;;FA;;;BA)(A;OICIIO;GA;;;CO)"
            + "(A;OICI;0x1200a9;;;BU)(A;CI;LC;;;BU)(A;CI;DC;;;BU)";
    private static final String FILE_SDDL = "O:BAG:SYD:(A;;FA;;;BA)(A;;FA;;;SY)(A;;0x1200a9;;;BU)";

    @Test
    public void a_directory_is_owned_by_administrators_and_users_may_add_to_it() {
        SecurityDescriptor descriptor = SecurityDescriptor.forDirectory();
        assertEquals(216, descriptor.toBytes().length);
        assertEquals(List.of(
                "control 8004", "owner S-1-5-32-544", "group S-1-5-18",
                "0 3 1f01ff S-1-5-32-544", "0 3 1f01ff S-1-5-18", "0 0 1f01ff S-1-5-32-544", "0 b 10000000 S-1-3-0",
                "0 3 1200a9 S-1-5-32-545", "0 2 4 S-1-5-32-545", "0 2 2 S-1-5-32-545"), decode(descriptor));
    }

    @Test
    public void a_file_is_owned_by_administrators_and_users_may_run_it() {
        SecurityDescriptor descriptor = SecurityDescriptor.forFile();
        assertEquals(124, descriptor.toBytes().length);
        assertEquals(List.of("control 8004", "owner S-1-5-32-544", "group S-1-5-18",
                "0 0 1f01ff S-1-5-32-544", "0 0 1f01ff S-1-5-18", "0 0 1200a9 S-1-5-32-545"), decode(descriptor));
    }

    @Test
    public void an_owner_of_its_own_gets_all_rights_by_a_further_entry() {
        assertEquals(List.of("control 8004", "owner S-1-5-93-2-2", "group S-1-5-18",
                "0 0 1f01ff S-1-5-32-544", "0 0 1f01ff S-1-5-18", "0 0 1200a9 S-1-5-32-545", "0 0 1f01ff S-1-5-93-2-2"),
                decode(SecurityDescriptor.forFile(Sid.CONTAINER_USER)));
        List<String> directory = decode(SecurityDescriptor.forDirectory(Sid.CONTAINER_ADMINISTRATOR));
        assertEquals("owner S-1-5-93-2-1", directory.get(1));
        assertEquals("0 3 1f01ff S-1-5-93-2-1", directory.get(directory.size() - 1));
    }

    @Test
    public void system_as_owner_needs_no_further_entry() {
        List<String> fields = decode(SecurityDescriptor.forFile(Sid.SYSTEM));
        assertEquals("owner S-1-5-18", fields.get(1));
        assertEquals(6, fields.size());
    }

    @Test
    public void the_text_form_gives_the_same_bytes() {
        assertEquals(SecurityDescriptor.forDirectory(), SecurityDescriptor.parseSddl(DIRECTORY_SDDL));
        assertEquals(SecurityDescriptor.forFile(), SecurityDescriptor.parseSddl(FILE_SDDL));
    }

    @Test
    public void the_text_form_knows_inheritance_denials_labels_and_full_identifiers() {
        SecurityDescriptor descriptor = SecurityDescriptor.parseSddl(
                "O:S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464G:SYD:PAI(D;OICINPID;GRGX;;;WD)S:(ML;;NW;;;LW)");
        assertEquals(List.of("control 9414",
                "owner S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464", "group S-1-5-18",
                "11 0 1 S-1-16-4096", "1 17 a0000000 S-1-1-0"), decode(descriptor));
    }

    @Test
    public void a_descriptor_without_access_list_says_so() {
        SecurityDescriptor descriptor = SecurityDescriptor.parseSddl("O:BUG:BU");
        assertEquals(52, descriptor.toBytes().length);
        assertEquals(List.of("control 8000", "owner S-1-5-32-545", "group S-1-5-32-545"), decode(descriptor));
    }

    @Test
    public void what_is_no_text_form_is_refused() {
        for (String text : List.of("O:XX", "hello", "D:(A;;FA;;;BA", "D:(A;;QQ;;;BA)", "D:(A;;0xzz;;;BA)", "D:(OA;;FA;a;b;BA)",
                "D:(A;;FA;;)", "O:BA O:", "D:Z(A;;FA;;;BA)")) {
            IllegalArgumentException refusal =
                    assertThrows(text, IllegalArgumentException.class, () -> SecurityDescriptor.parseSddl(text));
            assertTrue(refusal.getMessage(), refusal.getMessage().contains(text));
        }
    }

    @Test
    public void bytes_that_are_no_descriptor_are_refused() {
        assertThrows(IllegalArgumentException.class, () -> SecurityDescriptor.of(new byte[20]));
        assertThrows(IllegalArgumentException.class, () -> SecurityDescriptor.of(new byte[] {1}));
        byte[] bytes = SecurityDescriptor.forFile().toBytes();
        assertArrayEquals(bytes, SecurityDescriptor.of(bytes).toBytes());
    }

    @Test
    public void identifiers_outside_their_range_are_refused() {
        for (String text : List.of("S-1", "S-2-5-18", "S-1-281474976710656-1", "S-1-5-4294967296", "S-1-5-", "BA")) {
            assertThrows(text, IllegalArgumentException.class, () -> Sid.parse(text));
        }
        assertEquals("S-1-5-4294967295", Sid.parse("S-1-5-4294967295").toString());
    }

    /** Reads every field and checks that the parts lie where the header says, one after the other, and nothing else does. */
    private static List<String> decode(SecurityDescriptor descriptor) {
        ByteBuffer bytes = ByteBuffer.wrap(descriptor.toBytes()).order(ByteOrder.LITTLE_ENDIAN);
        List<String> fields = new ArrayList<>();
        assertEquals(1, bytes.get());
        assertEquals(0, bytes.get());
        fields.add("control " + Integer.toHexString(bytes.getShort() & 0xFFFF));
        int owner = bytes.getInt();
        int group = bytes.getInt();
        int sacl = bytes.getInt();
        int dacl = bytes.getInt();
        assertEquals(20, owner);
        fields.add("owner " + sid(bytes));
        assertEquals(group, bytes.position());
        fields.add("group " + sid(bytes));
        for (int list : new int[] {sacl, dacl}) {
            if (list != 0) {
                assertEquals(list, bytes.position());
                acl(bytes, fields);
            }
        }
        assertEquals(0, bytes.remaining());
        return fields;
    }

    private static void acl(ByteBuffer bytes, List<String> fields) {
        int start = bytes.position();
        assertEquals(2, bytes.get());
        assertEquals(0, bytes.get());
        int end = start + bytes.getShort();
        int count = bytes.getShort();
        assertEquals(0, bytes.getShort());
        for (int i = 0; i < count; i++) {
            int entry = bytes.position();
            String head = Integer.toHexString(bytes.get()) + " " + Integer.toHexString(bytes.get());
            int length = bytes.getShort();
            fields.add(head + " " + Integer.toHexString(bytes.getInt()) + " " + sid(bytes));
            assertEquals(entry + length, bytes.position());
        }
        assertEquals(end, bytes.position());
    }

    private static String sid(ByteBuffer bytes) {
        assertEquals(1, bytes.get());
        int count = bytes.get();
        long authority = 0;
        for (int i = 0; i < 6; i++) {
            authority = authority << 8 | bytes.get() & 0xFF;
        }
        StringBuilder text = new StringBuilder("S-1-" + authority);
        for (int i = 0; i < count; i++) {
            text.append('-').append(bytes.getInt() & 0xFFFFFFFFL);
        }
        return text.toString();
    }
}
