package io.jenkins.plugins.windowsimage.engine.windows;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.windows.api.Advapi32;
import io.jenkins.plugins.windowsimage.engine.windows.api.Luid;
import io.jenkins.plugins.windowsimage.engine.windows.api.TokenPrivileges;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.util.ArrayList;
import java.util.List;

/**
 * Privileges that are enabled in the token of this process, for all of its threads. Those that were not enabled before are
 * disabled at the end. For one thread at a time.
 */
public final class Privileges implements AutoCloseable {
    public static final String BACKUP = "SeBackupPrivilege";
    public static final String RESTORE = "SeRestorePrivilege";
    public static final String SECURITY = "SeSecurityPrivilege";
    public static final String MANAGE_VOLUME = "SeManageVolumePrivilege";

    private static final String STEP = "enabling the privileges of this process";

    private final WindowsApi api;
    private final List<TokenPrivileges> previous = new ArrayList<>();

    private Privileges(WindowsApi api) {
        this.api = api;
    }

    /**
     * Enables privileges.
     *
     * @throws EngineException of kind HOST_NOT_READY naming the privilege that the token lacks
     */
    public static Privileges enable(WindowsApi api, String... names) {
        Privileges privileges = new Privileges(api);
        try {
            for (String name : names) {
                privileges.enable(name);
            }
        } catch (RuntimeException e) {
            privileges.close();
            throw e;
        }
        return privileges;
    }

    private void enable(String name) {
        TokenPrivileges wanted = new TokenPrivileges();
        wanted.Luid = luid(name);
        wanted.Attributes = Advapi32.SE_PRIVILEGE_ENABLED;
        TokenPrivileges before = adjust(name, wanted);
        if (before.PrivilegeCount > 0) {
            previous.add(before);
        }
    }

    private Luid luid(String name) {
        Luid luid = new Luid();
        if (!api.advapi32().LookupPrivilegeValueW(null, name, luid)) {
            throw failed("LookupPrivilegeValueW", Native.getLastError(), name);
        }
        return luid;
    }

    /** Sets a privilege and returns what it was. */
    private TokenPrivileges adjust(String name, TokenPrivileges state) {
        PointerByReference token = new PointerByReference();
        int access = Advapi32.TOKEN_ADJUST_PRIVILEGES | Advapi32.TOKEN_QUERY;
        if (!api.advapi32().OpenProcessToken(api.kernel32().GetCurrentProcess(), access, token)) {
            throw failed("OpenProcessToken", Native.getLastError(), name);
        }
        try {
            return adjust(token.getValue(), name, state);
        } finally {
            api.kernel32().CloseHandle(token.getValue());
        }
    }

    private TokenPrivileges adjust(Pointer token, String name, TokenPrivileges state) {
        TokenPrivileges before = new TokenPrivileges();
        boolean done = api.advapi32()
                .AdjustTokenPrivileges(token, false, state, before.size(), before, new IntByReference());
        int code = Native.getLastError();
        if (!done) {
            throw failed("AdjustTokenPrivileges", code, name);
        }
        if (code == WinError.ERROR_NOT_ALL_ASSIGNED) {
            throw new EngineException(ErrorKind.HOST_NOT_READY,
                    "the account that runs this program lacks the privilege " + name,
                    "Run as an administrator with an elevated token, or as LocalSystem.", null);
        }
        return before;
    }

    private static WindowsException failed(String call, int code, String name) {
        return new WindowsException(ErrorKind.HOST_NOT_READY, STEP, call, WinError.hresult(code), name);
    }

    /** Whether any of them was not enabled before. */
    public boolean isChanged() {
        return !previous.isEmpty();
    }

    /** Puts back what was changed. */
    @Override
    public void close() {
        previous.forEach(before -> adjust("previous state", before));
        previous.clear();
    }
}
