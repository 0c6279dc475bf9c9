package io.jenkins.plugins.windowsimage.engine.windows;

import io.jenkins.plugins.windowsimage.engine.windows.api.Advapi32;
import io.jenkins.plugins.windowsimage.engine.windows.api.NtDll;
import io.jenkins.plugins.windowsimage.engine.windows.api.VersionInfo;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import com.sun.jna.ptr.IntByReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A version of Windows.
 *
 * @param build such as 17763 (Server 2019), 20348 (Server 2022), 26100 (Server 2025)
 * @param revision the patch level; -1 when unknown
 */
public record WindowsVersion(int major, int minor, int build, int revision) {
    /** Server 2019, the first that this program runs containers on. */
    public static final int SERVER_2019 = 17763;

    /** Server 2022: newer waiting functions, and images of other builds in process isolation. */
    public static final int SERVER_2022 = 20348;

    /** Server 2025. */
    public static final int SERVER_2025 = 26100;

    private static final String VERSION_KEY = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";

    /** The version of the Windows that runs this process, as the kernel tells it. */
    public static WindowsVersion ofHost(WindowsApi api) {
        VersionInfo info = new VersionInfo();
        int status = api.ntDll().RtlGetVersion(info);
        if (status != NtDll.STATUS_SUCCESS) {
            throw new IllegalStateException("RtlGetVersion returned 0x%08X".formatted(status));
        }
        byte[] revision = new byte[4];
        int result = api.advapi32().RegGetValueW(Advapi32.HKEY_LOCAL_MACHINE, VERSION_KEY, "UBR",
                Advapi32.RRF_RT_REG_DWORD, null, revision, new IntByReference(revision.length));
        int ubr = result == WinError.ERROR_SUCCESS
                ? ByteBuffer.wrap(revision).order(ByteOrder.LITTLE_ENDIAN).getInt()
                : -1;
        return new WindowsVersion(info.dwMajorVersion, info.dwMinorVersion, info.dwBuildNumber, ubr);
    }

    /** The edition of the host, such as {@code ServerStandard}; empty when Windows does not say. */
    public static String edition(WindowsApi api) {
        byte[] text = new byte[256];
        IntByReference size = new IntByReference(text.length);
        int result = api.advapi32().RegGetValueW(Advapi32.HKEY_LOCAL_MACHINE, VERSION_KEY, "EditionID",
                Advapi32.RRF_RT_REG_SZ, null, text, size);
        if (result != WinError.ERROR_SUCCESS) {
            return "";
        }
        String value = new String(text, 0, size.getValue(), StandardCharsets.UTF_16LE);
        int end = value.indexOf('\0');
        return end < 0 ? value : value.substring(0, end);
    }

    /** Reads {@code 10.0.20348.2227} or a part of it that has three numbers; empty for anything else. */
    public static Optional<WindowsVersion> parse(String text) {
        if (text == null || !text.matches("[0-9]{1,5}(\\.[0-9]{1,9}){2,3}")) {
            return Optional.empty();
        }
        String[] parts = text.split("\\.");
        return Optional.of(new WindowsVersion(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]),
                Integer.parseInt(parts[2]), parts.length > 3 ? Integer.parseInt(parts[3]) : -1));
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + build + (revision < 0 ? "" : "." + revision);
    }
}
