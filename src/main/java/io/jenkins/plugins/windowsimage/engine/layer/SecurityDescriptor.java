package io.jenkins.plugins.windowsimage.engine.layer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Owner, group and access rights of a file as Windows stores them: a self-relative SECURITY_DESCRIPTOR (MS-DTYP 2.4.6), the
 * value of the {@code MSWINDOWS.rawsd} record of a layer tar. Immutable.
 */
public final class SecurityDescriptor {
    static final int CONTROL_SELF_RELATIVE = 0x8000;
    static final int CONTROL_DACL_PRESENT = 0x0004;
    static final int CONTROL_SACL_PRESENT = 0x0010;

    private static final int HEADER = 20;
    private static final int ACL_HEADER = 8;
    private static final int INHERIT_BOTH = Ace.OBJECT_INHERIT | Ace.CONTAINER_INHERIT;

    private static final SecurityDescriptor DIRECTORY = directory(null);
    private static final SecurityDescriptor FILE = file(null);

    private final byte[] bytes;
    /** Kept because one descriptor is written with very many entries. */
    private final String base64;

    private SecurityDescriptor(byte[] bytes) {
        this.bytes = bytes;
        this.base64 = Base64.getEncoder().encodeToString(bytes);
    }

    /**
     * Takes the binary form as it is.
     *
     * @throws IllegalArgumentException if it is not a self-relative descriptor of revision 1
     */
    public static SecurityDescriptor of(byte[] bytes) {
        if (bytes.length < HEADER || bytes[0] != 1 || (bytes[3] & 0x80) == 0) {
            throw new IllegalArgumentException("not a self-relative security descriptor");
        }
        return new SecurityDescriptor(bytes.clone());
    }

    /**
     * Reads the text form, which old layers carry in the {@code MSWINDOWS.sd} record.
     *
     * @throws IllegalArgumentException if the text is not SDDL
     */
    public static SecurityDescriptor parseSddl(String text) {
        return Sddl.parse(text);
    }

    /**
     * What a new directory below {@code C:\} gets on Windows: administrators and SYSTEM own it wholly, users read and may add.
     * SDDL {@code O:BAG:SYD:(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;;FA;;;BA)(A;OICIIO;GA;;;CO)(A;OICI;0x1200a9;;;BU)
     * (A;CI;LC;;;BU)(A;CI;DC;;;BU)}.
     */
    public static SecurityDescriptor forDirectory() {
        return DIRECTORY;
    }

    /** As {@link #forDirectory()}, owned by somebody else who has all rights on it and on what will lie in it. */
    public static SecurityDescriptor forDirectory(Sid owner) {
        return directory(owner);
    }

    /**
     * What a new file gets: administrators and SYSTEM have all rights, users read and execute. SDDL
     * {@code O:BAG:SYD:(A;;FA;;;BA)(A;;FA;;;SY)(A;;0x1200a9;;;BU)}.
     */
    public static SecurityDescriptor forFile() {
        return FILE;
    }

    /** As {@link #forFile()}, owned by somebody else who has all rights on it. */
    public static SecurityDescriptor forFile(Sid owner) {
        return file(owner);
    }

    private static SecurityDescriptor directory(Sid owner) {
        List<Ace> entries = new ArrayList<>(List.of(
                Ace.allow(INHERIT_BOTH, Ace.FILE_ALL, Sid.ADMINISTRATORS),
                Ace.allow(INHERIT_BOTH, Ace.FILE_ALL, Sid.SYSTEM),
                Ace.allow(0, Ace.FILE_ALL, Sid.ADMINISTRATORS),
                Ace.allow(INHERIT_BOTH | Ace.INHERIT_ONLY, Ace.GENERIC_ALL, Sid.CREATOR_OWNER),
                Ace.allow(INHERIT_BOTH, Ace.FILE_READ_EXECUTE, Sid.USERS),
                Ace.allow(Ace.CONTAINER_INHERIT, Ace.ADD_SUBDIRECTORY, Sid.USERS),
                Ace.allow(Ace.CONTAINER_INHERIT, Ace.ADD_FILE, Sid.USERS)));
        return ownedBy(owner, entries, INHERIT_BOTH);
    }

    private static SecurityDescriptor file(Sid owner) {
        List<Ace> entries = new ArrayList<>(List.of(
                Ace.allow(0, Ace.FILE_ALL, Sid.ADMINISTRATORS),
                Ace.allow(0, Ace.FILE_ALL, Sid.SYSTEM),
                Ace.allow(0, Ace.FILE_READ_EXECUTE, Sid.USERS)));
        return ownedBy(owner, entries, 0);
    }

    private static SecurityDescriptor ownedBy(Sid owner, List<Ace> entries, int inheritance) {
        boolean hasAllRights = owner == null || owner.equals(Sid.ADMINISTRATORS) || owner.equals(Sid.SYSTEM);
        if (!hasAllRights) {
            entries.add(Ace.allow(inheritance, Ace.FILE_ALL, owner));
        }
        return build(0, owner == null ? Sid.ADMINISTRATORS : owner, Sid.SYSTEM, null, entries);
    }

    /**
     * Lays out header, owner, group, SACL and DACL in the order in which Windows itself does.
     *
     * @param control further control bits
     * @param owner null when there is none; so are the others
     */
    static SecurityDescriptor build(int control, Sid owner, Sid group, List<Ace> sacl, List<Ace> dacl) {
        int length = HEADER + length(owner) + length(group) + length(sacl) + length(dacl);
        ByteBuffer target = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        int flags = control | CONTROL_SELF_RELATIVE | (sacl == null ? 0 : CONTROL_SACL_PRESENT)
                | (dacl == null ? 0 : CONTROL_DACL_PRESENT);
        target.put((byte) 1).put((byte) 0).putShort((short) flags);
        int offset = HEADER;
        target.putInt(owner == null ? 0 : offset);
        offset += length(owner);
        target.putInt(group == null ? 0 : offset);
        offset += length(group);
        target.putInt(sacl == null ? 0 : offset);
        offset += length(sacl);
        target.putInt(dacl == null ? 0 : offset);
        put(target, owner);
        put(target, group);
        put(target, sacl);
        put(target, dacl);
        return new SecurityDescriptor(target.array());
    }

    private static int length(Sid sid) {
        return sid == null ? 0 : sid.length();
    }

    private static int length(List<Ace> acl) {
        return acl == null ? 0 : ACL_HEADER + acl.stream().mapToInt(Ace::length).sum();
    }

    private static void put(ByteBuffer target, Sid sid) {
        if (sid != null) {
            target.put(sid.toBytes());
        }
    }

    private static void put(ByteBuffer target, List<Ace> acl) {
        if (acl != null) {
            target.put((byte) 2).put((byte) 0).putShort((short) length(acl)).putShort((short) acl.size()).putShort((short) 0);
            acl.forEach(entry -> entry.put(target));
        }
    }

    /** The binary form. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** The binary form in standard base64 with padding. */
    public String toBase64() {
        return base64;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SecurityDescriptor that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return base64;
    }
}
