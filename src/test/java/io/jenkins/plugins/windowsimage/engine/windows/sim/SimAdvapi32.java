package io.jenkins.plugins.windowsimage.engine.windows.sim;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.windows.api.Advapi32;
import io.jenkins.plugins.windowsimage.engine.windows.api.Luid;
import io.jenkins.plugins.windowsimage.engine.windows.api.ServiceStatus;
import io.jenkins.plugins.windowsimage.engine.windows.api.TokenPrivileges;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** advapi32.dll, and the state of the machine that it tells: account, services, registry, disk. */
public final class SimAdvapi32 implements Advapi32 {
    private static final int STOPPED = 1;

    private final SimWindows windows;
    private final List<String> privileges = new ArrayList<>(List.of("SeBackupPrivilege", "SeRestorePrivilege",
            "SeSecurityPrivilege", "SeTakeOwnershipPrivilege", "SeManageVolumePrivilege"));
    private final Set<Integer> enabled = new HashSet<>();
    private final Map<String, Integer> services = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, byte[]> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private boolean elevated = true;
    private String fileSystem = "NTFS";
    private long freeBytes = 200L << 30;

    private record Token() {}

    private record ServiceManager() {}

    private record Service(String name) {}

    SimAdvapi32(SimWindows windows) {
        this.windows = windows;
        services.put("vmcompute", SERVICE_RUNNING);
        services.put("hns", SERVICE_RUNNING);
        services.put("vmms", SERVICE_RUNNING);
        services.put("WinDefend", SERVICE_RUNNING);
        setDword("SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", "UBR", 2227);
        setString("SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", "EditionID", "ServerStandard");
    }

    // ---- what a test sets up

    public void setDword(String key, String name, int value) {
        values.put(key + "\\" + name, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    }

    public void setString(String key, String name, String value) {
        values.put(key + "\\" + name, (value + "\0").getBytes(StandardCharsets.UTF_16LE));
    }

    /** Takes a privilege out of the token. */
    public void removePrivilege(String name) {
        privileges.set(privileges.indexOf(name), "-");
    }

    public void setElevated(boolean value) {
        elevated = value;
    }

    /** Removes a service. */
    public void removeService(String name) {
        services.remove(name);
    }

    public void stopService(String name) {
        services.put(name, STOPPED);
    }

    public void setFileSystem(String name) {
        fileSystem = name;
    }

    public void setFreeBytes(long bytes) {
        freeBytes = bytes;
    }

    String fileSystem() {
        return fileSystem;
    }

    long freeBytes() {
        return freeBytes;
    }

    /** Whether a privilege is enabled in the token of the process. */
    boolean isEnabled(String privilege) {
        return enabled.contains(privileges.indexOf(privilege));
    }

    /** Privileges that are enabled still. */
    List<String> problems() {
        return enabled.stream().map(index -> "privilege left enabled: " + privileges.get(index)).toList();
    }

    // ---- the calls

    private static boolean fail(int code) {
        Native.setLastError(code);
        return false;
    }

    @Override
    public boolean OpenProcessToken(Pointer process, int access, PointerByReference token) {
        token.setValue(windows.handles().open("token", new Token()));
        return true;
    }

    @Override
    public boolean LookupPrivilegeValueW(String system, String name, Luid luid) {
        if (!name.matches("Se[A-Za-z]+Privilege")) {
            return fail(1313);
        }
        luid.LowPart = privileges.indexOf(name);
        return true;
    }

    @Override
    public boolean AdjustTokenPrivileges(
            Pointer token,
            boolean disableAll,
            TokenPrivileges newState,
            int size,
            TokenPrivileges previous,
            IntByReference previousSize) {
        if (windows.handles().use(token, Token.class, "AdjustTokenPrivileges") == null) {
            return fail(6);
        }
        int index = newState.Luid.LowPart;
        previous.PrivilegeCount = 0;
        if (index < 0) {
            Native.setLastError(WinError.ERROR_NOT_ALL_ASSIGNED);
            return true;
        }
        boolean enable = (newState.Attributes & SE_PRIVILEGE_ENABLED) != 0;
        boolean was = enabled.contains(index);
        if (was != enable) {
            previous.PrivilegeCount = 1;
            previous.Luid = newState.Luid;
            previous.Attributes = was ? SE_PRIVILEGE_ENABLED : 0;
            if (enable) {
                enabled.add(index);
            } else {
                enabled.remove(index);
            }
        }
        Native.setLastError(0);
        return true;
    }

    @Override
    public boolean GetTokenInformation(
            Pointer token, int infoClass, IntByReference information, int size, IntByReference returned) {
        if (windows.handles().use(token, Token.class, "GetTokenInformation") == null || infoClass != TOKEN_ELEVATION) {
            return fail(6);
        }
        information.setValue(elevated ? 1 : 0);
        return true;
    }

    @Override
    public Pointer OpenSCManagerW(String machine, String database, int access) {
        return windows.handles().open("service manager", new ServiceManager());
    }

    @Override
    public Pointer OpenServiceW(Pointer manager, String name, int access) {
        windows.handles().use(manager, ServiceManager.class, "OpenServiceW");
        if (!services.containsKey(name)) {
            fail(WinError.ERROR_SERVICE_DOES_NOT_EXIST);
            return null;
        }
        return windows.handles().open("service", new Service(name));
    }

    @Override
    public boolean QueryServiceStatus(Pointer service, ServiceStatus status) {
        Service opened = windows.handles().use(service, Service.class, "QueryServiceStatus");
        if (opened == null) {
            return fail(6);
        }
        status.dwCurrentState = services.get(opened.name);
        return true;
    }

    @Override
    public boolean CloseServiceHandle(Pointer handle) {
        return windows.handles().close(handle, Record.class, "CloseServiceHandle") != null || fail(6);
    }

    @Override
    public int RegGetValueW(
            Pointer key, String subKey, String value, int flags, IntByReference type, byte[] data, IntByReference size) {
        byte[] found = values.get(subKey + "\\" + value);
        if (found == null) {
            return WinError.ERROR_FILE_NOT_FOUND;
        }
        if (data != null && data.length < found.length) {
            return WinError.ERROR_MORE_DATA;
        }
        if (data != null) {
            System.arraycopy(found, 0, data, 0, found.length);
        }
        size.setValue(found.length);
        return WinError.ERROR_SUCCESS;
    }

    @Override
    public boolean ConvertStringSecurityDescriptorToSecurityDescriptorW(
            String sddl, int revision, PointerByReference descriptor, IntByReference size) {
        throw new UnsupportedOperationException("ConvertStringSecurityDescriptorToSecurityDescriptorW");
    }
}
