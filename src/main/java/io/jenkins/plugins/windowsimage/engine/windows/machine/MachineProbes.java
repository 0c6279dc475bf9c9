package io.jenkins.plugins.windowsimage.engine.windows.machine;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.windows.Privileges;
import io.jenkins.plugins.windowsimage.engine.windows.RunRequest;
import io.jenkins.plugins.windowsimage.engine.windows.Utf16;
import io.jenkins.plugins.windowsimage.engine.windows.WindowsVersion;
import io.jenkins.plugins.windowsimage.engine.windows.api.Advapi32;
import io.jenkins.plugins.windowsimage.engine.windows.api.ServiceStatus;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import io.jenkins.plugins.windowsimage.engine.windows.network.HcnProbe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Looks at everything on a Windows machine that RUN needs. */
final class MachineProbes {
    private static final long LITTLE_SPACE = 20L << 30;
    private static final long TOO_LITTLE_SPACE = 5L << 30;
    private static final String ELEVATE = "Run as an administrator with an elevated token, or as LocalSystem.";
    private static final String CONTAINERS =
            "Install the Windows feature Containers (Install-WindowsFeature Containers, or Enable-WindowsOptionalFeature "
                    + "-Online -FeatureName Containers) and restart.";
    private static final String DEFENDER_PATHS = "SOFTWARE\\Microsoft\\Windows Defender\\Exclusions\\Paths";

    private final WindowsApi api;
    private final Path storageRoot;

    MachineProbes(WindowsApi api, Path storageRoot) {
        this.api = api;
        this.storageRoot = storageRoot.toAbsolutePath();
    }

    /** All probes that are quick. */
    List<Probe> all() {
        List<Probe> probes = new ArrayList<>(required());
        probes.add(hyperv());
        probes.add(privilege(Privileges.BACKUP));
        probes.add(privilege(Privileges.RESTORE));
        probes.add(fileSystem());
        probes.add(space());
        probes.add(defender());
        probes.add(hcs());
        probes.add(natNetwork());
        probes.add(trivialCreateAndDestroy());
        return probes;
    }

    /** Runs containers in both isolations. */
    List<Probe> deep(DeepProbe deep) {
        return List.of(
                deep(deep, RunRequest.Isolation.PROCESS, Probe.Status.FAIL),
                deep(deep, RunRequest.Isolation.HYPERV, Probe.Status.WARN));
    }

    private static Probe deep(DeepProbe deep, RunRequest.Isolation isolation, Probe.Status failure) {
        String name = "container with " + (isolation == RunRequest.Isolation.HYPERV ? "hyper-v" : "process") + " isolation";
        long start = System.nanoTime();
        try {
            String printed = deep.run(isolation).strip();
            return Probe.ok(name, printed + " after " + millisSince(start) + " ms");
        } catch (EngineException e) {
            return new Probe(name, failure, e.getMessage(), e.hint());
        } catch (IOException e) {
            return new Probe(name, failure, e.getMessage(), null);
        }
    }

    private static long millisSince(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }

    /** What RUN cannot do without; cheap, and changes nothing. */
    List<Probe> required() {
        return List.of(version(), service("vmcompute"), service("hns"), elevation());
    }

    private Probe version() {
        WindowsVersion version = WindowsVersion.ofHost(api);
        String text = (version + " " + WindowsVersion.edition(api)).strip();
        return version.build() >= WindowsVersion.SERVER_2019
                ? Probe.ok("Windows version", text)
                : Probe.fail("Windows version", text, "Use Windows Server 2019 (10.0.17763) or newer.");
    }

    private Probe service(String name) {
        OptionalInt state = serviceState(name);
        String probe = "service " + name;
        if (state.isEmpty()) {
            return Probe.fail(probe, "is not there", CONTAINERS);
        }
        return state.getAsInt() == Advapi32.SERVICE_RUNNING
                ? Probe.ok(probe, "is running")
                : Probe.fail(probe, "is not running", "Start it: Start-Service " + name + ".");
    }

    /** State of a service; empty if there is none. */
    private OptionalInt serviceState(String name) {
        Advapi32 advapi32 = api.advapi32();
        Pointer manager = advapi32.OpenSCManagerW(null, null, Advapi32.SC_MANAGER_CONNECT);
        if (manager == null) {
            return OptionalInt.empty();
        }
        try {
            Pointer service = advapi32.OpenServiceW(manager, name, Advapi32.SERVICE_QUERY_STATUS);
            if (service == null) {
                return OptionalInt.empty();
            }
            try {
                ServiceStatus status = new ServiceStatus();
                boolean read = advapi32.QueryServiceStatus(service, status);
                return read ? OptionalInt.of(status.dwCurrentState) : OptionalInt.empty();
            } finally {
                advapi32.CloseServiceHandle(service);
            }
        } finally {
            advapi32.CloseServiceHandle(manager);
        }
    }

    private Probe elevation() {
        final String name = "elevation";
        PointerByReference token = new PointerByReference();
        if (!api.advapi32().OpenProcessToken(api.kernel32().GetCurrentProcess(), Advapi32.TOKEN_QUERY, token)) {
            return Probe.fail(name, "the token of this process cannot be read, error " + Native.getLastError(), ELEVATE);
        }
        try {
            IntByReference elevated = new IntByReference();
            boolean read = api.advapi32().GetTokenInformation(
                    token.getValue(), Advapi32.TOKEN_ELEVATION, elevated, 4, new IntByReference());
            return read && elevated.getValue() != 0
                    ? Probe.ok(name, "this process is elevated")
                    : Probe.fail(name, "this process is not elevated", ELEVATE);
        } finally {
            api.kernel32().CloseHandle(token.getValue());
        }
    }

    private Probe privilege(String privilege) {
        try (Privileges enabled = Privileges.enable(api, privilege)) {
            return Probe.ok(privilege, enabled.isChanged() ? "can be enabled" : "is enabled");
        } catch (EngineException e) {
            return Probe.fail(privilege, e.getMessage(), ELEVATE);
        }
    }

    private Probe hyperv() {
        final String name = "Hyper-V";
        OptionalInt state = serviceState("vmms");
        final String remedy = "Only images of this host's version can be built on; for others install the feature Hyper-V, in a "
                + "virtual machine with nested virtualization.";
        if (state.isEmpty()) {
            return Probe.warn(name, "is not installed", remedy);
        }
        return state.getAsInt() == Advapi32.SERVICE_RUNNING
                ? Probe.ok(name, "is installed")
                : Probe.warn(name, "is installed but not running", remedy);
    }

    private Probe fileSystem() {
        final String name = "file system";
        char[] volume = new char[261];
        char[] fileSystem = new char[261];
        if (!api.kernel32().GetVolumePathNameW(storageRoot.toString(), volume, volume.length)
                || !api.kernel32().GetVolumeInformationW(
                        Utf16.read(volume), null, 0, null, null, null, fileSystem, fileSystem.length)) {
            return Probe.warn(name, "of " + storageRoot + " cannot be read, error " + Native.getLastError(), null);
        }
        String found = Utf16.read(fileSystem);
        return found.equalsIgnoreCase("NTFS")
                ? Probe.ok(name, "NTFS on " + Utf16.read(volume))
                : Probe.fail(name, found + " on " + Utf16.read(volume), "Put the storage root on an NTFS volume.");
    }

    private Probe space() {
        final String name = "disk space";
        LongByReference free = new LongByReference();
        if (!api.kernel32().GetDiskFreeSpaceExW(storageVolume(), free, null, null)) {
            return Probe.warn(name, "of " + storageRoot + " cannot be read, error " + Native.getLastError(), null);
        }
        String text = (free.getValue() >> 30) + " GB free for " + storageRoot;
        final String remedy = "Free space, run windows-image prune, or put the storage root on another volume.";
        if (free.getValue() < TOO_LITTLE_SPACE) {
            return Probe.fail(name, text, remedy);
        }
        return free.getValue() < LITTLE_SPACE ? Probe.warn(name, text, remedy) : Probe.ok(name, text);
    }

    private String storageVolume() {
        char[] volume = new char[261];
        return api.kernel32().GetVolumePathNameW(storageRoot.toString(), volume, volume.length)
                ? Utf16.read(volume)
                : storageRoot.toString();
    }

    private Probe defender() {
        final String name = "Defender exclusion";
        OptionalInt state = serviceState("WinDefend");
        if (state.isEmpty() || state.getAsInt() != Advapi32.SERVICE_RUNNING) {
            return Probe.ok(name, "Microsoft Defender does not run");
        }
        for (Path path = storageRoot; path != null; path = path.getParent()) {
            if (isExcluded(path.toString())) {
                return Probe.ok(name, path + " is excluded from scanning");
            }
        }
        return Probe.warn(name, storageRoot + " is scanned, which makes builds two to three times slower",
                "Exclude it: Add-MpPreference -ExclusionPath '" + storageRoot + "'.");
    }

    /** Whether the list of exclusions, whose value names are paths, has a path. */
    private boolean isExcluded(String path) {
        int result = api.advapi32().RegGetValueW(Advapi32.HKEY_LOCAL_MACHINE, DEFENDER_PATHS, path, Advapi32.RRF_RT_ANY,
                null, null, new IntByReference());
        return result == WinError.ERROR_SUCCESS;
    }

    private Probe hcs() {
        final String name = "compute service";
        PointerByReference document = new PointerByReference();
        int result;
        try {
            result = api.computeCore().HcsGetServiceProperties("{\"PropertyTypes\":[\"Basic\"]}", document);
        } catch (UnsatisfiedLinkError e) {
            return Probe.fail(name, "computecore.dll cannot be loaded", CONTAINERS);
        }
        api.kernel32().LocalFree(document.getValue());
        return result < 0
                ? Probe.fail(name, "HcsGetServiceProperties returned 0x%08X".formatted(result), ELEVATE)
                : Probe.ok(name, "answers");
    }

    private Probe natNetwork() {
        final String name = "NAT network";
        try {
            return Probe.ok(name, new HcnProbe(api).natNetwork().orElse("none; the first RUN makes one"));
        } catch (EngineException e) {
            return Probe.fail(name, e.getMessage(), e.hint());
        } catch (UnsatisfiedLinkError e) {
            return Probe.fail(name, "computenetwork.dll cannot be loaded", CONTAINERS);
        }
    }

    private Probe trivialCreateAndDestroy() {
        final String name = "create and destroy";
        long start = System.nanoTime();
        try {
            new HcnProbe(api).createAndDestroyNamespace();
        } catch (EngineException e) {
            return Probe.fail(name, e.getMessage(), e.hint());
        } catch (UnsatisfiedLinkError e) {
            return Probe.fail(name, "computenetwork.dll cannot be loaded", CONTAINERS);
        }
        long millis = millisSince(start);
        String text = "a network namespace in " + millis + " ms";
        return millis < 2000
                ? Probe.ok(name, text)
                : Probe.warn(name, text, "The service hns is slow; remove stale networks and endpoints, or restart it.");
    }

    /** The first thing for want of which RUN does not work; empty if there is none. */
    Optional<Probe> missing() {
        return required().stream().filter(probe -> probe.status() == Probe.Status.FAIL).findFirst();
    }
}
