package io.jenkins.plugins.windowsimage.engine.windows.sim;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.layer.transport.NtfsModel;
import io.jenkins.plugins.windowsimage.engine.windows.api.Kernel32;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The layer half of vmcompute.dll, and the disks of scratches: layers are real directories. Strict about the order of
 * calls, ids, the order of parents, privileges, open files, and about what a layer needs before another can stand on
 * it.
 */
public final class SimLayers {
    /** The reparse point of a file that lies in a layer below (tag IO_REPARSE_TAG_WCI). */
    static final byte[] PLACEHOLDER = HexFormat.of().parseHex("1800008000000000");

    private static final int PATH_NOT_FOUND = 0x80070003;
    private static final int IN_USE = 0x80070020;
    private static final int INVALID = 0x80070057;
    private static final int NOT_READY = 0x80070015;
    private static final int PRIVILEGE = 0x80070522;

    private final SimWindows windows;
    private final Map<Path, SimVolumes.Volume> bootVolumes = new HashMap<>();
    private final List<Long> expansions = new ArrayList<>();
    private final Map<Path, SimScratch> scratches = new HashMap<>();
    /** Parents of each complete layer. */
    private final Map<Path, List<Parent>> layers = new HashMap<>();

    private record Disk(SimScratch scratch) {}

    private record Device(SimScratch scratch) {}

    /** A layer as a descriptor names it. */
    record Parent(UUID id, Path path) {}

    /** What a call returns instead of success. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        final int code;

        Refused(int code, String reason) {
            super(reason);
            this.code = code;
        }
    }

    /** A call of vmcompute.dll. */
    interface Call {
        void run() throws Refused, IOException;
    }

    SimLayers(SimWindows windows) {
        this.windows = windows;
    }

    int run(Call call) {
        synchronized (windows.lock) {
            try {
                if (!windows.machine().isEnabled("SeBackupPrivilege")
                        || !windows.machine().isEnabled("SeRestorePrivilege")) {
                    return PRIVILEGE;
                }
                call.run();
                return 0;
            } catch (Refused e) {
                return e.code;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The id that this Windows gives to a layer directory of a name. */
    public static UUID idOf(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    static boolean isPlaceholder(NtfsModel.Facts facts) {
        return Arrays.equals(facts.reparse, PLACEHOLDER);
    }

    // ---- what a test sets up and asks

    /** Says what a virtual machine that boots from a scratch directory sees as its drive C. */
    public void setBootVolume(Path scratch, SimVolumes.Volume volume) {
        synchronized (windows.lock) {
            bootVolumes.put(scratch, volume);
        }
    }

    /** What this Windows keeps of files besides their content. */
    public NtfsModel ntfs() {
        return windows.files().ntfs();
    }

    /** Makes this a Windows that does not know how to delete as POSIX does. */
    public void setOldDeletion(boolean old) {
        windows.files().setOldDeletion(old);
    }

    /** What is on the disk of a scratch: a container's {@code C:\\a} is {@code a} in it. */
    public Path drive(Path scratch) {
        synchronized (windows.lock) {
            return scratches.get(scratch).files;
        }
    }

    /** Size of the disk of a scratch, and of the volume on it. */
    public List<Long> sizes(Path scratch) {
        synchronized (windows.lock) {
            return List.of(scratches.get(scratch).diskBytes, scratches.get(scratch).volumeBytes);
        }
    }

    /** Sizes that scratches were expanded to, in order. */
    public List<Long> expansions() {
        synchronized (windows.lock) {
            return List.copyOf(expansions);
        }
    }

    /** What a container on a layer would see, as real files. */
    public void copyView(Path layer, Path target) throws IOException {
        synchronized (windows.lock) {
            List<Path> files = new ArrayList<>(List.of(layer.resolve("Files")));
            layers.get(layer).forEach(parent -> files.add(parent.path.resolve("Files")));
            new SimMergedView(ntfs(), files).copyTo(target);
        }
    }

    /** Layers that are mounted still. */
    List<String> problems() {
        synchronized (windows.lock) {
            return scratches.values().stream()
                    .filter(scratch -> scratch.volume != null)
                    .map(scratch -> "mounted still: " + scratch.directory)
                    .toList();
        }
    }

    boolean isActivated(Path directory) {
        synchronized (windows.lock) {
            SimScratch scratch = scratches.get(directory);
            return scratch != null && scratch.volume != null;
        }
    }

    void moved(Path from, Path to) {
        synchronized (windows.lock) {
            SimScratch scratch = scratches.remove(from);
            if (scratch != null) {
                scratch.directory = to;
                scratches.put(to, scratch);
            }
            List<Parent> parents = layers.remove(from);
            if (parents != null) {
                for (Map.Entry<Path, List<Parent>> layer : layers.entrySet()) {
                    if (layer.getValue().stream().anyMatch(parent -> parent.path.equals(from))) {
                        windows.handles().misuse("a layer was renamed below " + layer.getKey());
                    }
                }
            }
        }
    }

    // ---- base layers

    void processBase(Path layer) throws Refused, IOException {
        require(Files.isDirectory(layer.resolve("Files")), PATH_NOT_FOUND, "no Files");
        require(!windows.files().isOpen(layer, false), IN_USE, "open files");
        require(!layers.containsKey(layer), INVALID, "processed already");
        for (String name : List.of("blank-base.vhdx", "blank.vhdx")) {
            ntfs().create(layer.resolve(name), false);
        }
        layers.put(layer, List.of());
    }

    void processUtilityVm(Path utilityVm) throws Refused, IOException {
        require(Files.isDirectory(utilityVm.resolve("Files")), PATH_NOT_FOUND, "no UtilityVM");
        require(!windows.files().isOpen(utilityVm, false), IN_USE, "open files");
        require(layers.containsKey(utilityVm.getParent()), PATH_NOT_FOUND, "the layer is not complete");
        Path boot = utilityVm.resolve("Files/EFI/Microsoft/Boot/BCD");
        if (Files.exists(boot)) {
            Files.writeString(boot, Files.readString(boot) + "*");
        }
        ntfs().create(utilityVm.resolve("SystemTemplate.vhdx"), false);
    }

    // ---- further layers

    private void checkParents(List<Parent> parents) throws Refused {
        require(!parents.isEmpty(), INVALID, "no parents");
        for (Parent parent : parents) {
            require(layers.containsKey(parent.path) && Files.isDirectory(parent.path), PATH_NOT_FOUND,
                    parent.path.toString());
            require(parent.id.equals(idOf(parent.path.getFileName().toString())), PATH_NOT_FOUND,
                    "id of " + parent.path);
        }
        List<Parent> expected = new ArrayList<>(List.of(parents.get(0)));
        expected.addAll(layers.get(parents.get(0).path));
        require(expected.equals(parents), PATH_NOT_FOUND, "parents in another order than immediate parent first");
    }

    void importLayer(Path layer, Path folder, List<Parent> parents) throws Refused, IOException {
        checkParents(parents);
        require(!layer.startsWith(folder) && !folder.startsWith(layer), INVALID, "source and destination are one");
        require(!windows.files().isOpen(folder, false) && !windows.files().isOpen(layer, false), IN_USE, "open files");
        require(!Files.exists(layer.resolve("Files")), 0x800700B7, "exists");
        List<Path> below = parents.stream().map(parent -> parent.path.resolve("Files")).toList();
        new SimTransport(ntfs()).importInto(layer, folder, below);
        layers.put(layer, List.copyOf(parents));
    }

    void destroy(Path directory) throws Refused, IOException {
        for (SimScratch scratch : scratches.values()) {
            if (scratch.volume != null && scratch.parents.stream().anyMatch(parent -> parent.path.equals(directory))) {
                windows.handles().misuse("DestroyLayer below a mounted layer ended the process: " + directory);
            }
        }
        if (!Files.exists(directory)) {
            return;
        }
        require(!isActivated(directory) && !windows.files().isOpen(directory, true), IN_USE, "in use");
        SimScratch scratch = scratches.remove(directory);
        if (scratch != null) {
            ntfs().deleteTree(scratch.files);
        }
        layers.remove(directory);
        ntfs().deleteTree(directory);
    }

    // ---- scratches

    private SimScratch scratch(Path directory) throws Refused {
        SimScratch scratch = scratches.get(directory);
        require(scratch != null, PATH_NOT_FOUND, "no scratch " + directory);
        return scratch;
    }

    void createScratch(Path directory, List<Parent> parents) throws Refused, IOException {
        checkParents(parents);
        require(!Files.exists(directory), 0x800700B7, "exists");
        ntfs().create(directory, true);
        ntfs().create(directory.resolve("sandbox.vhdx"), false);
        scratches.put(directory, new SimScratch(directory, Files.createTempDirectory("scratch"), parents));
    }

    void expand(Path directory, long bytes) throws Refused {
        SimScratch scratch = scratch(directory);
        require(scratch.volume == null, IN_USE, "activated");
        require(bytes >= scratch.diskBytes, INVALID, "smaller");
        scratch.diskBytes = bytes;
        expansions.add(bytes);
    }

    void activate(Path directory) throws Refused {
        SimScratch scratch = scratch(directory);
        require(scratch.volume == null && !windows.isInUse(scratch.files), IN_USE, "activated");
        scratch.volume = windows.volumes().attach(scratch.files, scratch.registry);
    }

    void deactivate(Path directory) throws Refused {
        SimScratch scratch = scratch(directory);
        require(scratch.volume != null, NOT_READY, "not activated");
        require(!scratch.prepared, IN_USE, "prepared");
        require(!windows.isInUse(scratch.files), IN_USE, "in use");
        windows.volumes().detach(scratch.volume);
        scratch.volume = null;
    }

    void prepare(Path directory, List<Parent> parents) throws Refused, IOException {
        SimScratch scratch = scratch(directory);
        require(scratch.volume != null, NOT_READY, "not activated");
        require(!scratch.prepared, IN_USE, "prepared");
        require(scratch.parents.equals(parents), PATH_NOT_FOUND, "other parents");
        boolean growsByItself = windows.build() < 18362 || windows.build() >= 19041;
        require(growsByItself || scratch.volumeBytes == scratch.diskBytes, INVALID,
                "the volume is smaller than its disk");
        scratch.volumeBytes = scratch.diskBytes;
        initialize(scratch);
        scratch.prepared = true;
    }

    private void initialize(SimScratch scratch) throws IOException {
        if (scratch.origins == null) {
            List<Path> files = scratch.parents.stream().map(parent -> parent.path.resolve("Files")).toList();
            scratch.origins = new SimMergedView(ntfs(), files).copyTo(scratch.files);
        }
    }

    void unprepare(Path directory) throws Refused {
        SimScratch scratch = scratch(directory);
        require(scratch.prepared, NOT_READY, "not prepared");
        require(!windows.isInUse(scratch.files), IN_USE, "in use");
        scratch.prepared = false;
    }

    void mountPath(Path directory, LongByReference length, char[] buffer) throws Refused {
        SimScratch scratch = scratch(directory);
        require(scratch.volume != null, NOT_READY, "not activated");
        String path = scratch.volume.path();
        if (buffer == null) {
            length.setValue(path.length() + 1);
            return;
        }
        require(length.getValue() == path.length() + 1 && buffer.length == length.getValue(), INVALID, "length");
        path.getChars(0, path.length(), buffer, 0);
        buffer[path.length()] = 0;
    }

    void exportLayer(Path directory, Path folder, List<Parent> parents) throws Refused, IOException {
        SimScratch scratch = scratch(directory);
        require(scratch.volume != null, NOT_READY, "not activated");
        require(!scratch.prepared, IN_USE, "the filter is attached");
        require(scratch.origins != null, INVALID, "never prepared");
        require(scratch.parents.equals(parents), PATH_NOT_FOUND, "other parents");
        require(!windows.isInUse(scratch.files), IN_USE, "in use");
        require(Files.isDirectory(folder) && NtfsModel.children(folder).isEmpty(), 0x800700B7, "not an empty folder");
        new SimTransport(ntfs()).exportFrom(scratch, folder);
    }

    /** The drive C of a virtual machine that boots from a scratch directory. */
    SimVolumes.Volume bootVolume(Path directory) throws SimCompute.Failure {
        SimVolumes.Volume volume = bootVolumes.get(directory);
        if (volume != null) {
            return volume;
        }
        SimScratch scratch = scratches.get(directory);
        if (scratch == null) {
            throw new SimCompute.Failure(PATH_NOT_FOUND, "no scratch layer " + directory);
        }
        if (scratch.volume != null) {
            throw new SimCompute.Failure(IN_USE, "the scratch is attached to the host");
        }
        try {
            initialize(scratch);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new SimVolumes.Volume("boot", scratch.files, scratch.registry);
    }

    /** Whether the filter is on a volume, so that a container can run on it. */
    boolean isReady(SimVolumes.Volume volume) {
        return scratches.values().stream().noneMatch(scratch -> scratch.volume == volume && !scratch.prepared);
    }

    // ---- disks and volumes

    int openDisk(String text, PointerByReference handle) {
        synchronized (windows.lock) {
            SimScratch scratch = scratches.get(windows.files().path(text).getParent());
            if (scratch == null) {
                return WinError.ERROR_FILE_NOT_FOUND;
            }
            handle.setValue(windows.handles().open("disk", new Disk(scratch)));
            return 0;
        }
    }

    int detachDisk(Pointer handle) {
        Disk disk = windows.handles().use(handle, Disk.class, "DetachVirtualDisk");
        synchronized (windows.lock) {
            if (disk == null || disk.scratch.volume == null) {
                return WinError.ERROR_NOT_READY;
            }
            windows.volumes().detach(disk.scratch.volume);
            disk.scratch.volume = null;
            disk.scratch.prepared = false;
            return 0;
        }
    }

    private SimScratch onVolume(String path) {
        SimVolumes.Volume volume = windows.volumes().find(path);
        return scratches.values().stream()
                .filter(scratch -> volume != null && scratch.volume == volume)
                .findFirst()
                .orElse(null);
    }

    Pointer openVolume(String path) {
        synchronized (windows.lock) {
            SimScratch scratch = path.endsWith("\\") ? null : onVolume(path);
            return scratch == null ? null : windows.handles().open("volume", new Device(scratch));
        }
    }

    /** Size of a volume; null for what is none. */
    Long volumeBytes(String path) {
        synchronized (windows.lock) {
            SimScratch scratch = path.endsWith("\\") ? onVolume(path) : null;
            return scratch == null ? null : scratch.volumeBytes;
        }
    }

    int control(Pointer handle, int code, byte[] in, byte[] out) {
        Device device = windows.handles().use(handle, Device.class, "DeviceIoControl");
        synchronized (windows.lock) {
            if (device == null) {
                return WinError.ERROR_INVALID_PARAMETER;
            }
            if (code == Kernel32.IOCTL_DISK_GET_LENGTH_INFO && out.length == 8) {
                ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN).putLong(device.scratch.diskBytes);
                return 0;
            }
            if (code == Kernel32.FSCTL_EXTEND_VOLUME && in.length == 8
                    && windows.machine().isEnabled("SeManageVolumePrivilege")) {
                device.scratch.volumeBytes = ByteBuffer.wrap(in).order(ByteOrder.LITTLE_ENDIAN).getLong() * 512;
                return 0;
            }
            return WinError.ERROR_INVALID_PARAMETER;
        }
    }

    private static void require(boolean condition, int code, String reason) throws Refused {
        if (!condition) {
            throw new Refused(code, reason);
        }
    }
}
