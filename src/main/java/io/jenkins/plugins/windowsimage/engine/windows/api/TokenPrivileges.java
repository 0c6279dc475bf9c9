package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Structure;

/** TOKEN_PRIVILEGES with one privilege; the C structure holds its two values in an array. Source: winnt.h. */
@NativeType("TOKEN_PRIVILEGES")
@Structure.FieldOrder({"PrivilegeCount", "Luid", "Attributes"})
public final class TokenPrivileges extends Structure {
    public int PrivilegeCount = 1;

    @NativeType("Privileges[0].Luid")
    public Luid Luid;

    @NativeType("Privileges[0].Attributes")
    public int Attributes;
}
