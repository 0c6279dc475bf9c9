package io.jenkins.plugins.windowsimage.engine.layer;

import java.nio.ByteBuffer;

/**
 * One entry of an access control list, of the plain form that all but object ACEs have (MS-DTYP 2.4.4.2).
 *
 * @param type 0 allows, 1 denies, 2 audits, 0x11 is a mandatory label
 * @param flags how children inherit it
 * @param mask the rights
 * @param sid whom it is about
 */
record Ace(int type, int flags, int mask, Sid sid) {
    static final int OBJECT_INHERIT = 1;
    static final int CONTAINER_INHERIT = 2;
    static final int INHERIT_ONLY = 8;

    static final int FILE_ALL = 0x1F01FF;
    static final int FILE_READ_EXECUTE = 0x1200A9;
    static final int GENERIC_ALL = 0x10000000;
    /** On a directory: create a subdirectory ({@code LC} in SDDL). */
    static final int ADD_SUBDIRECTORY = 4;
    /** On a directory: create a file ({@code DC} in SDDL). */
    static final int ADD_FILE = 2;

    static Ace allow(int flags, int mask, Sid sid) {
        return new Ace(0, flags, mask, sid);
    }

    int length() {
        return 8 + sid.length();
    }

    /** Appends the binary form to a little-endian buffer. */
    void put(ByteBuffer target) {
        target.put((byte) type).put((byte) flags).putShort((short) length()).putInt(mask).put(sid.toBytes());
    }
}
