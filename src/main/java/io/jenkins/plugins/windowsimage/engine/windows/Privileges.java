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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Privileges that are enabled in the token of this process, for all of its threads. Those that were not enabled before are
 * disabled when the last who needs them is done. For one thread at a time.
 */
public final class Privileges implements AutoCloseable {
    public static final String BACKUP = "SeBackupPrivilege";
    public static final String RESTORE = "SeRestorePrivilege";
    public static final String SECURITY = "SeSecurityPrivilege";
    public static final String MANAGE_VOLUME = "SeManageVolumePrivilege";

    private static final String STEP = "enabling the privileges of this process";

    /** What is enabled, by whom it is needed; the token belongs to the whole process. */
    private static final Map<Key, Shared> SHARED = new HashMap<>();

    private final WindowsApi api;
    private final List<String> held = new ArrayList<>();
    private boolean changed;

    private Privileges(WindowsApi api) {
        this.api = api;
    }

    private record Key(WindowsApi api, String name) {}

    /** A privilege that some need; before is null if it was enabled already. */
    private static final class Shared {
        private final TokenPrivileges before;
        private int holders;

        Shared(TokenPrivileges before) {
            this.before = before;
        }
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
        synchronized (SHARED) {
            Key key = new Key(api, name);
            Shared shared = SHARED.get(key);
            if (shared == null) {
                TokenPrivileges wanted = new TokenPrivileges();
                wanted.Luid = luid(name);
                wanted.Attributes = Advapi32.SE_PRIVILEGE_ENABLED;
                TokenPrivileges before = adjust(name, wanted);
                changed |= before.PrivilegeCount > 0;
                shared = new Shared(before.PrivilegeCount > 0 ? before : null);
                SHARED.put(key, shared);
            }
            shared.holders++;
            held.add(name);
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
        return changed;
    }

    /** Puts back what was changed and nobody else needs. */
    @Override
    public void close() {
        RuntimeException failure = null;
        synchronized (SHARED) {
            for (String name : held) {
                try {
                    release(name);
                } catch (RuntimeException e) {
                    failure = failure == null ? e : failure;
                }
            }
            held.clear();
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void release(String name) {
        Key key = new Key(api, name);
        Shared shared = SHARED.get(key);
        if (--shared.holders == 0) {
            SHARED.remove(key);
            if (shared.before != null) {
                adjust(name, shared.before);
            }
        }
    }
}
