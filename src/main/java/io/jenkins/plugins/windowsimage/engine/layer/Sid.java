package io.jenkins.plugins.windowsimage.engine.layer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A Windows security identifier (MS-DTYP 2.4.2).
 *
 * @param authority the 48-bit identifier authority
 * @param subAuthorities unsigned 32-bit numbers, at most 15
 */
public record Sid(long authority, List<Integer> subAuthorities) {
    private static final Pattern FORM = Pattern.compile("S-1-\\d{1,15}(-\\d{1,10}){0,15}");

    /** BUILTIN\Administrators. */
    public static final Sid ADMINISTRATORS = parse("S-1-5-32-544");
    /** BUILTIN\Users. */
    public static final Sid USERS = parse("S-1-5-32-545");
    /** NT AUTHORITY\SYSTEM. */
    public static final Sid SYSTEM = parse("S-1-5-18");
    /** The placeholder that stands for the owner of a new child. */
    public static final Sid CREATOR_OWNER = parse("S-1-3-0");
    /** User Manager\ContainerAdministrator. */
    public static final Sid CONTAINER_ADMINISTRATOR = parse("S-1-5-93-2-1");
    /** User Manager\ContainerUser. */
    public static final Sid CONTAINER_USER = parse("S-1-5-93-2-2");

    public Sid {
        subAuthorities = List.copyOf(subAuthorities);
        if (authority < 0 || authority >>> 48 != 0 || subAuthorities.size() > 15) {
            throw new IllegalArgumentException("not a security identifier: authority " + authority + ", "
                    + subAuthorities.size() + " sub-authorities");
        }
    }

    /**
     * Reads {@code S-1-5-32-544}.
     *
     * @throws IllegalArgumentException if the text is no such identifier
     */
    public static Sid parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not a security identifier: " + text);
        }
        String[] parts = text.split("-");
        List<Integer> subAuthorities = new ArrayList<>();
        for (int i = 3; i < parts.length; i++) {
            subAuthorities.add(Integer.parseUnsignedInt(parts[i]));
        }
        return new Sid(Long.parseLong(parts[2]), subAuthorities);
    }

    /** Length of {@link #toBytes()}. */
    public int length() {
        return 8 + 4 * subAuthorities.size();
    }

    /** The binary form: revision, count, authority in network order, sub-authorities in little endian. */
    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(length()).order(ByteOrder.BIG_ENDIAN);
        bytes.put((byte) 1).put((byte) subAuthorities.size());
        bytes.putShort((short) (authority >>> 32)).putInt((int) authority);
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        subAuthorities.forEach(bytes::putInt);
        return bytes.array();
    }

    /** {@code S-1-5-32-544}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("S-1-").append(authority);
        subAuthorities.forEach(part -> text.append('-').append(Integer.toUnsignedString(part)));
        return text.toString();
    }
}
