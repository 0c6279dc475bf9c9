package io.jenkins.plugins.windowsimage.engine.windows.sim;

import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BasicInfo;
import io.jenkins.plugins.windowsimage.engine.layer.backup.MalformedBackupException;
import io.jenkins.plugins.windowsimage.engine.layer.transport.FileStatus;
import io.jenkins.plugins.windowsimage.engine.layer.transport.NtfsModel;
import io.jenkins.plugins.windowsimage.engine.windows.api.FileBasicInfo;
import io.jenkins.plugins.windowsimage.engine.windows.api.FileIdInfo;
import io.jenkins.plugins.windowsimage.engine.windows.api.FileStandardInfo;
import io.jenkins.plugins.windowsimage.engine.windows.api.Kernel32;
import io.jenkins.plugins.windowsimage.engine.windows.api.NtDll;
import io.jenkins.plugins.windowsimage.engine.windows.api.ObjectAttributes;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Files of kernel32.dll and ntdll.dll: real ones, with {@link NtfsModel} for what this system does not keep. Strict
 * about privileges, access rights, open handles and the contexts of backup streams. Functions return a Win32 code.
 */
final class SimFiles {
    static final int NT_NOT_FOUND = 0xC0000034;
    static final int NT_PATH_NOT_FOUND = 0xC000003A;
    private static final int NT_COLLISION = 0xC0000035;
    private static final int NT_DENIED = 0xC0000022;
    private static final int NT_REPARSE = 0xC000050B;
    private static final int NT_NOT_A_DIRECTORY = 0xC0000103;
    private static final int NT_IS_A_DIRECTORY = 0xC00000BA;
    private static final int NT_NOT_EMPTY = 0xC0000101;
    private static final int NT_PRIVILEGE = 0xC0000061;
    private static final int NT_IO = 0xC0000185;
    private static final int IO_DEVICE = 1117;
    /** Where an OVERLAPPED structure has the place in the file. */
    private static final int OVERLAPPED_OFFSET = 16;
    private static final int SECURITY_RIGHTS =
            Kernel32.WRITE_DAC | Kernel32.WRITE_OWNER | Kernel32.ACCESS_SYSTEM_SECURITY;
    private static final String LONG_PATH = "\\\\?\\";

    private final SimWindows windows;
    private final NtfsModel ntfs = new NtfsModel();
    private final List<SimFile> open = new CopyOnWriteArrayList<>();
    private final AtomicLong contexts = new AtomicLong(0x7000);
    private boolean oldDeletion;

    SimFiles(SimWindows windows) {
        this.windows = windows;
    }

    NtfsModel ntfs() {
        return ntfs;
    }

    /** Makes this a Windows that does not know FileDispositionInformationEx. */
    void setOldDeletion(boolean old) {
        oldDeletion = old;
    }

    /** The real path of a Windows path; noted if it lacks the prefix for long paths. */
    Path path(String text) {
        if (!text.startsWith(LONG_PATH)) {
            windows.handles().misuse("a path without the prefix for long paths: " + text);
            return Path.of(text.replace('\\', '/'));
        }
        return Path.of(text.substring(LONG_PATH.length()).replace('\\', '/'));
    }

    /** Whether files at or below a path are open. */
    boolean isOpen(Path path, boolean itself) {
        return open.stream().anyMatch(file -> file.path.startsWith(path) && (itself || !file.path.equals(path)));
    }

    private Pointer open(Path path, int access) {
        SimFile file = new SimFile(path, access);
        open.add(file);
        return windows.handles().open("file " + path, file);
    }

    void closed(SimFile file) {
        if (file.backupRead != null || file.backupWrite != null) {
            windows.handles().misuse("CloseHandle of a file with a backup context: " + file.path);
        }
        open.remove(file);
    }

    // ---- opening

    /** A directory by its path; null if there is none. */
    Pointer openRoot(String text, int access, int flags) {
        Path path = path(text);
        boolean forBackup = (flags & Kernel32.FILE_FLAG_BACKUP_SEMANTICS) != 0;
        return forBackup && Files.isDirectory(path) ? open(path, access) : null;
    }

    int create(PointerByReference handle, int access, ObjectAttributes attributes, int disposition, int options) {
        SimFile root = windows.handles().use(attributes.RootDirectory, SimFile.class, "NtCreateFile");
        if (root == null) {
            return 0xC0000008;
        }
        if ((access & Kernel32.ACCESS_SYSTEM_SECURITY) != 0 && !windows.machine().isEnabled("SeSecurityPrivilege")) {
            return NT_PRIVILEGE;
        }
        boolean privileged = windows.machine().isEnabled("SeBackupPrivilege")
                && windows.machine().isEnabled("SeRestorePrivilege");
        if (!privileged || (options & NtDll.FILE_OPEN_FOR_BACKUP_INTENT) == 0) {
            return NT_DENIED;
        }
        if ((attributes.Attributes & NtDll.OBJ_DONT_REPARSE) == 0
                || (options & NtDll.FILE_SYNCHRONOUS_IO_NONALERT) == 0
                || (access & Kernel32.SYNCHRONIZE) == 0) {
            windows.handles().misuse("NtCreateFile that follows links or is not synchronous: " + attributes.name());
        }
        try {
            return create(handle, access, root.path, attributes.name(), disposition, options);
        } catch (IOException e) {
            return NT_IO;
        }
    }

    private int create(PointerByReference handle, int access, Path root, String name, int disposition, int options)
            throws IOException {
        Path path = root;
        String[] parts = name.isEmpty() ? new String[0] : name.split("\\\\", -1);
        for (int i = 0; i < parts.length; i++) {
            if (parts[i].isEmpty() || parts[i].equals(".") || parts[i].equals("..")
                    || parts[i].matches(".*[/:*?\"<>|].*")) {
                windows.handles().misuse("NtCreateFile with the name " + name);
                return NT_PATH_NOT_FOUND;
            }
            path = child(path, parts[i]);
            if (i < parts.length - 1) {
                if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    return NT_PATH_NOT_FOUND;
                }
                if (ntfs.facts(path).reparse != null && !SimLayers.isPlaceholder(ntfs.facts(path))) {
                    return NT_REPARSE;
                }
            }
        }
        boolean exists = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
        if (disposition == NtDll.FILE_CREATE) {
            if (exists) {
                return NT_COLLISION;
            }
            ntfs.create(path, (options & NtDll.FILE_DIRECTORY_FILE) != 0);
        } else if (!exists) {
            return NT_NOT_FOUND;
        }
        boolean directory = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        if (directory && (options & NtDll.FILE_NON_DIRECTORY_FILE) != 0) {
            return NT_IS_A_DIRECTORY;
        }
        if (!directory && (options & NtDll.FILE_DIRECTORY_FILE) != 0) {
            return NT_NOT_A_DIRECTORY;
        }
        handle.setValue(open(path, access));
        return 0;
    }

    private static Path child(Path directory, String name) throws IOException {
        Path exact = directory.resolve(name);
        if (Files.exists(exact, LinkOption.NOFOLLOW_LINKS) || !Files.isDirectory(directory)) {
            return exact;
        }
        for (Path child : NtfsModel.children(directory)) {
            if (child.getFileName().toString().equalsIgnoreCase(name)) {
                return child;
            }
        }
        return exact;
    }

    static int win32(int status) {
        return switch (status) {
            case NT_NOT_FOUND -> WinError.ERROR_FILE_NOT_FOUND;
            case NT_PATH_NOT_FOUND -> WinError.ERROR_PATH_NOT_FOUND;
            case NT_COLLISION -> WinError.ERROR_ALREADY_EXISTS;
            case NT_DENIED, NT_IS_A_DIRECTORY -> WinError.ERROR_ACCESS_DENIED;
            case NT_REPARSE -> WinError.ERROR_REPARSE_POINT_ENCOUNTERED;
            case NT_NOT_A_DIRECTORY -> WinError.ERROR_DIRECTORY;
            case NT_NOT_EMPTY -> 145;
            case NT_PRIVILEGE -> 1314;
            case NT_IO -> IO_DEVICE;
            default -> (status & 0xFFFF0000) == 0x80070000 ? status & 0xFFFF : 317;
        };
    }

    // ---- information

    int set(Pointer handle, Pointer information, int length, int infoClass) {
        SimFile file = windows.handles().use(handle, SimFile.class, "NtSetInformationFile");
        if (file == null) {
            return 0xC0000008;
        }
        try {
            return switch (infoClass) {
                case NtDll.FILE_LINK_INFORMATION -> link(file, information, length);
                case NtDll.FILE_DISPOSITION_INFORMATION_EX ->
                        oldDeletion ? NtDll.STATUS_INVALID_INFO_CLASS : delete(file, information.getInt(0) == 0x13);
                case NtDll.FILE_DISPOSITION_INFORMATION -> delete(file, information.getByte(0) == 1
                        && (ntfs.status(file.path).info().attributes() & 1) == 0);
                default -> 0xC0000003;
            };
        } catch (IOException e) {
            return NT_IO;
        }
    }

    private int link(SimFile file, Pointer information, int length) throws IOException {
        SimFile parent = windows.handles().use(information.getPointer(8), SimFile.class, "FileLinkInformation");
        int bytes = information.getInt(16);
        if (parent == null || bytes <= 0 || 20 + bytes > length) {
            return 0xC000000D;
        }
        Path path = parent.path.resolve(new String(information.getByteArray(20, bytes), StandardCharsets.UTF_16LE));
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return NT_COLLISION;
        }
        ntfs.link(path, file.path);
        return 0;
    }

    private int delete(SimFile file, boolean wellAsked) throws IOException {
        if (!wellAsked || (file.access & Kernel32.DELETE) == 0) {
            return NT_DENIED;
        }
        if (Files.isDirectory(file.path, LinkOption.NOFOLLOW_LINKS) && !NtfsModel.children(file.path).isEmpty()) {
            return NT_NOT_EMPTY;
        }
        ntfs.delete(file.path);
        return 0;
    }

    int query(SimFile file, int infoClass, Structure info) {
        try {
            FileStatus status = ntfs.status(file.path);
            switch (infoClass) {
                case Kernel32.FILE_BASIC_INFO -> {
                    FileBasicInfo basic = (FileBasicInfo) info;
                    basic.CreationTime = status.info().created();
                    basic.LastAccessTime = status.info().accessed();
                    basic.LastWriteTime = status.info().modified();
                    basic.ChangeTime = status.info().changed();
                    basic.FileAttributes = status.info().attributes();
                }
                case Kernel32.FILE_STANDARD_INFO -> {
                    FileStandardInfo standard = (FileStandardInfo) info;
                    standard.EndOfFile = status.size();
                    standard.NumberOfLinks = status.links();
                    standard.Directory = (byte) (status.isDirectory() ? 1 : 0);
                }
                case Kernel32.FILE_ID_INFO -> {
                    FileIdInfo id = (FileIdInfo) info;
                    id.VolumeSerialNumber = 1;
                    ByteBuffer.wrap(id.FileId).putLong(((Number) Files.getAttribute(file.path,
                            "unix:ino")).longValue());
                }
                default -> {
                    return WinError.ERROR_INVALID_PARAMETER;
                }
            }
            return 0;
        } catch (IOException e) {
            return IO_DEVICE;
        }
    }

    int setInfo(SimFile file, FileBasicInfo basic) {
        if ((file.access & (Kernel32.FILE_WRITE_ATTRIBUTES | Kernel32.GENERIC_WRITE)) == 0) {
            return WinError.ERROR_ACCESS_DENIED;
        }
        try {
            ntfs.setInfo(file.path, new BasicInfo(basic.CreationTime, basic.LastAccessTime, basic.LastWriteTime,
                    basic.ChangeTime, basic.FileAttributes));
            return 0;
        } catch (IOException e) {
            return IO_DEVICE;
        }
    }

    /**
     * Fills a buffer with as many FILE_ID_BOTH_DIR_INFO records as it holds, two at a time so that callers have to ask
     * again.
     */
    int list(SimFile file, int infoClass, byte[] buffer) {
        try {
            if (infoClass == Kernel32.FILE_ID_BOTH_DIRECTORY_RESTART_INFO) {
                List<Path> all = new ArrayList<>(List.of(Path.of("."), Path.of("..")));
                all.addAll(NtfsModel.children(file.path));
                file.listing = all.iterator();
            }
            ByteBuffer records = ByteBuffer.wrap(buffer).order(ByteOrder.LITTLE_ENDIAN);
            int last = -1;
            for (int count = 0; count < 2 && file.listing.hasNext(); count++) {
                Path child = file.listing.next();
                byte[] name = child.getFileName().toString().getBytes(StandardCharsets.UTF_16LE);
                int start = last < 0 ? 0 : (records.position() + 7) & -8;
                if (last >= 0) {
                    records.putInt(last, start - last);
                }
                boolean dots = child.toString().equals(".") || child.toString().equals("..");
                int attributes = dots ? 0x10 : ntfs.status(child).info().attributes();
                records.putInt(start, 0).putInt(start + 56, attributes).putInt(start + 60, name.length);
                records.position(start + 104).put(name);
                last = start;
            }
            return last < 0 ? WinError.ERROR_NO_MORE_FILES : 0;
        } catch (IOException e) {
            return IO_DEVICE;
        }
    }

    // ---- content

    int read(SimFile file, Pointer buffer, int size, IntByReference read, Pointer overlapped) {
        long position = overlapped.getLong(OVERLAPPED_OFFSET);
        try (RandomAccessFile content = new RandomAccessFile(file.path.toFile(), "r")) {
            content.seek(position);
            byte[] bytes = new byte[Math.min(size, 10_000)];
            int count = content.read(bytes);
            if (count < 0) {
                return WinError.ERROR_HANDLE_EOF;
            }
            buffer.write(0, bytes, 0, count);
            read.setValue(count);
            return 0;
        } catch (IOException e) {
            return IO_DEVICE;
        }
    }

    int write(SimFile file, byte[] buffer, int size, IntByReference written) {
        if ((file.access & Kernel32.GENERIC_WRITE) == 0) {
            return WinError.ERROR_ACCESS_DENIED;
        }
        try (RandomAccessFile content = new RandomAccessFile(file.path.toFile(), "rw")) {
            content.seek(file.position);
            content.write(buffer, 0, size);
            file.position += size;
            written.setValue(size);
            return 0;
        } catch (IOException e) {
            return IO_DEVICE;
        }
    }

    // ---- backup streams

    int backupRead(SimFile file, byte[] buffer, int size, IntByReference read, boolean abort, boolean security,
            PointerByReference context) {
        try {
            if (!checkContext(file, context, "BackupRead", file.backupRead != null)) {
                return WinError.ERROR_INVALID_PARAMETER;
            }
            if (abort) {
                if (file.backupRead != null) {
                    file.backupRead.close();
                }
                file.backupRead = null;
                context.setValue(null);
                return 0;
            }
            if (file.backupRead == null) {
                file.backupRead = ntfs.backup(file.path, security);
                giveContext(file, context);
            }
            int count = file.backupRead.readNBytes(buffer, 0, Math.min(size, 1000));
            read.setValue(count);
            return 0;
        } catch (IOException e) {
            return IO_DEVICE;
        }
    }

    int backupWrite(SimFile file, byte[] buffer, int size, IntByReference written, boolean abort, boolean security,
            PointerByReference context) {
        try {
            if (!checkContext(file, context, "BackupWrite", file.backupWrite != null)) {
                return WinError.ERROR_INVALID_PARAMETER;
            }
            if (abort) {
                NtfsModel.Restore ended = file.backupWrite;
                file.backupWrite = null;
                context.setValue(null);
                if (ended != null) {
                    ended.close();
                }
                return 0;
            }
            if (file.backupWrite == null) {
                boolean allowed = (file.access & SECURITY_RIGHTS) == SECURITY_RIGHTS;
                file.backupWrite = ntfs.restore(file.path, security && allowed);
                giveContext(file, context);
            }
            int count = Math.min(size, 50_000);
            file.backupWrite.write(buffer, 0, count);
            written.setValue(count);
            return 0;
        } catch (MalformedBackupException e) {
            return WinError.ERROR_INVALID_DATA;
        } catch (IOException e) {
            return IO_DEVICE;
        }
    }

    private boolean checkContext(SimFile file, PointerByReference context, String call, boolean begun) {
        long given = Pointer.nativeValue(context.getValue());
        if (given == (begun ? file.context : 0)) {
            return true;
        }
        windows.handles().misuse(call + " with a context that is not that of the file");
        return false;
    }

    private void giveContext(SimFile file, PointerByReference context) {
        file.context = contexts.incrementAndGet();
        context.setValue(new Pointer(file.context));
    }

    /** Moves a file or directory; nothing of it may be open. */
    int move(String from, String to) {
        Path source = path(from);
        Path target = path(to);
        try {
            if (!Files.exists(source)) {
                return WinError.ERROR_FILE_NOT_FOUND;
            }
            if (Files.exists(target)) {
                return WinError.ERROR_ALREADY_EXISTS;
            }
            if (isOpen(source, true) || windows.layers().isActivated(source)) {
                return WinError.ERROR_ACCESS_DENIED;
            }
            Files.move(source, target);
            windows.layers().moved(source, target);
            return 0;
        } catch (IOException e) {
            return IO_DEVICE;
        }
    }
}
