package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Structure;
import java.util.List;

/** The structures of the api and where JNA puts their fields. */
final class Layouts {
    /** Structures of vmcompute.dll, which has headers of its own. */
    static List<Structure> ofVmCompute() {
        return List.of(new DriverInfo(), new LayerDescriptor());
    }

    static List<Structure> ofWindows() {
        return List.of(
                new ProcessInformation(),
                new Guid(),
                new StorageType(),
                new FileBasicInfo(),
                new FileStandardInfo(),
                new FileAttributeTagInfo(),
                new FileIdInfo(),
                new Overlapped(),
                new UnicodeString(),
                new ObjectAttributes(null, "", 0),
                new IoStatusBlock(),
                new VersionInfo(),
                new Luid(),
                new TokenPrivileges(),
                new ServiceStatus(),
                new AdapterAddresses(),
                new DnsServerAddress(),
                new RouteRow());
    }

    private Layouts() {}

    /** Offset of a field in bytes. */
    static int offset(Structure structure, String field) {
        try {
            java.lang.reflect.Method method = Structure.class.getDeclaredMethod("fieldOffset", String.class);
            method.setAccessible(true);
            return (int) method.invoke(structure, field);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
