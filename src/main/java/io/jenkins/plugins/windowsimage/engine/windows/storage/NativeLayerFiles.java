package io.jenkins.plugins.windowsimage.engine.windows.storage;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BasicInfo;
import io.jenkins.plugins.windowsimage.engine.layer.transport.DirectoryEntry;
import io.jenkins.plugins.windowsimage.engine.layer.transport.FileStatus;
import io.jenkins.plugins.windowsimage.engine.layer.transport.LayerFiles;
import io.jenkins.plugins.windowsimage.engine.layer.transport.Listing;
import io.jenkins.plugins.windowsimage.engine.layer.transport.NewFile;
import io.jenkins.plugins.windowsimage.engine.layer.transport.OpenFile;
import io.jenkins.plugins.windowsimage.engine.windows.api.Kernel32;
import io.jenkins.plugins.windowsimage.engine.windows.api.NtDll;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The files of a layer on NTFS: every path is opened relative to the handle of the directory and fails at a link on its
 * way; backup streams carry security. Needs the privileges for backup, restore and security. Thread-safe.
 */
final class NativeLayerFiles implements LayerFiles {
    private static final int READ_WRITE = Kernel32.GENERIC_READ | Kernel32.GENERIC_WRITE;
    private static final int RESTORE =
            READ_WRITE | Kernel32.WRITE_DAC | Kernel32.WRITE_OWNER | Kernel32.ACCESS_SYSTEM_SECURITY;
    private static final int BACKUP = Kernel32.GENERIC_READ | Kernel32.ACCESS_SYSTEM_SECURITY;
    private static final int REMOVE =
            Kernel32.DELETE | Kernel32.FILE_READ_ATTRIBUTES | Kernel32.FILE_WRITE_ATTRIBUTES;
    private static final int READ = Kernel32.FILE_SHARE_READ;

    private final NtHandles handles;
    private final Pointer root;

    /**
     * Opens a directory.
     *
     * @param kind of the errors
     * @param step what is being done, for the errors
     */
    NativeLayerFiles(WindowsApi api, Path directory, ErrorKind kind, String step) throws IOException {
        this.handles = new NtHandles(api, kind, step);
        this.root = handles.openRoot(directory.toString());
    }

    @Override
    public void createDirectory(String path) throws IOException {
        handles.close(handles.open(root, path, Kernel32.GENERIC_READ, READ, NtDll.FILE_CREATE,
                NtDll.FILE_DIRECTORY_FILE));
    }

    @Override
    public NewFile createFile(String path) throws IOException {
        Pointer handle = handles.open(root, path, READ_WRITE, READ, NtDll.FILE_CREATE, NtDll.FILE_NON_DIRECTORY_FILE);
        return new NativeNewFile(handles, handle, path, false);
    }

    @Override
    public NewFile createFromBackup(String path, boolean directory) throws IOException {
        int kind = directory ? NtDll.FILE_DIRECTORY_FILE : NtDll.FILE_NON_DIRECTORY_FILE;
        return new NativeNewFile(handles, handles.open(root, path, RESTORE, READ, NtDll.FILE_CREATE, kind), path, true);
    }

    @Override
    public NewFile overwriteDirectory(String path) throws IOException {
        Pointer handle = handles.open(root, path, RESTORE, READ, NtDll.FILE_OPEN, NtDll.FILE_DIRECTORY_FILE);
        return new NativeNewFile(handles, handle, path, true);
    }

    @Override
    public void link(String path, LayerFiles directory, String existing) throws IOException {
        Pointer file = handles.open(((NativeLayerFiles) directory).root, existing, Kernel32.FILE_WRITE_ATTRIBUTES,
                NtHandles.SHARE_ALL, NtDll.FILE_OPEN, NtDll.FILE_NON_DIRECTORY_FILE);
        try {
            int last = path.lastIndexOf('\\');
            Pointer parent = last < 0 ? root : openDirectory(path.substring(0, last));
            try {
                link(file, parent, path.substring(last + 1), path);
            } finally {
                if (last >= 0) {
                    handles.close(parent);
                }
            }
        } finally {
            handles.close(file);
        }
    }

    private Pointer openDirectory(String path) throws IOException {
        return handles.open(root, path, Kernel32.GENERIC_READ, NtHandles.SHARE_ALL, NtDll.FILE_OPEN,
                NtDll.FILE_DIRECTORY_FILE);
    }

    /** FILE_LINK_INFORMATION has ReplaceIfExists at 0, RootDirectory at 8, FileNameLength at 16 and FileName at 20. */
    private void link(Pointer file, Pointer parent, String name, String path) throws IOException {
        byte[] characters = name.getBytes(StandardCharsets.UTF_16LE);
        try (Memory information = new Memory(20 + characters.length + 4L)) {
            information.clear();
            information.setPointer(8, parent);
            information.setInt(16, characters.length);
            information.write(20, characters, 0, characters.length);
            int status = handles.set(file, information, (int) information.size(), NtDll.FILE_LINK_INFORMATION);
            if (status < 0) {
                throw handles.failedNt("NtSetInformationFile", status, path);
            }
        }
    }

    private record Doomed(String path, boolean emptied) {}

    @Override
    public void remove(String path) throws IOException {
        FileStatus status = status(path);
        if (status == null) {
            throw new NoSuchFileException(path);
        }
        if (!status.isDirectory() || status.isReparsePoint()) {
            delete(path);
            return;
        }
        Deque<Doomed> pending = new ArrayDeque<>();
        pending.push(new Doomed(path, false));
        while (!pending.isEmpty()) {
            Doomed next = pending.pop();
            if (next.emptied) {
                delete(next.path);
            } else {
                pending.push(new Doomed(next.path, true));
                deleteFiles(next.path, pending);
            }
        }
    }

    private void deleteFiles(String directory, Deque<Doomed> directories) throws IOException {
        try (Listing listing = list(directory)) {
            for (DirectoryEntry entry = listing.next(); entry != null; entry = listing.next()) {
                String path = directory + "\\" + entry.name();
                if (entry.isDirectory() && !entry.isReparsePoint()) {
                    directories.push(new Doomed(path, false));
                } else {
                    delete(path);
                }
            }
        }
    }

    /** Deletes a file, a link or an empty directory, also one that is read-only. */
    private void delete(String path) throws IOException {
        Pointer handle = handles.open(root, path, REMOVE, NtHandles.SHARE_ALL, NtDll.FILE_OPEN, 0);
        try (Memory information = new Memory(4)) {
            information.setInt(0, NtDll.FILE_DISPOSITION_DELETE | NtDll.FILE_DISPOSITION_POSIX_SEMANTICS
                    | NtDll.FILE_DISPOSITION_IGNORE_READONLY_ATTRIBUTE);
            int status = handles.set(handle, information, 4, NtDll.FILE_DISPOSITION_INFORMATION_EX);
            boolean unknown = status == NtDll.STATUS_INVALID_INFO_CLASS
                    || status == NtDll.STATUS_INVALID_PARAMETER
                    || status == NtDll.STATUS_NOT_SUPPORTED;
            if (unknown) {
                handles.setInfo(handle, new BasicInfo(0, 0, 0, 0, Kernel32.FILE_ATTRIBUTE_NORMAL), path);
                information.setInt(0, 1);
                status = handles.set(handle, information, 1, NtDll.FILE_DISPOSITION_INFORMATION);
            }
            if (status < 0) {
                throw handles.failedNt("NtSetInformationFile", status, path);
            }
        } finally {
            handles.close(handle);
        }
    }

    @Override
    public FileStatus status(String path) throws IOException {
        Pointer handle;
        try {
            handle = handles.open(root, path, Kernel32.FILE_READ_ATTRIBUTES, NtHandles.SHARE_ALL, NtDll.FILE_OPEN, 0);
        } catch (NoSuchFileException e) {
            return null;
        }
        try {
            return handles.status(handle, path);
        } finally {
            handles.close(handle);
        }
    }

    @Override
    public void setInfo(String path, BasicInfo info) throws IOException {
        Pointer handle =
                handles.open(root, path, Kernel32.FILE_WRITE_ATTRIBUTES, NtHandles.SHARE_ALL, NtDll.FILE_OPEN, 0);
        try {
            handles.setInfo(handle, info, path);
        } finally {
            handles.close(handle);
        }
    }

    @Override
    public Listing list(String path) throws IOException {
        return new NativeListing(handles, openDirectory(path), path);
    }

    @Override
    public OpenFile open(String path) throws IOException {
        Pointer handle =
                handles.open(root, path, Kernel32.GENERIC_READ, READ, NtDll.FILE_OPEN, NtDll.FILE_NON_DIRECTORY_FILE);
        try {
            return new NativeOpenFile(handles, handle, path);
        } catch (IOException | RuntimeException e) {
            handles.close(handle);
            throw e;
        }
    }

    @Override
    public InputStream openBackup(String path) throws IOException {
        return new BackupInput(handles, handles.open(root, path, BACKUP, READ, NtDll.FILE_OPEN, 0), path);
    }

    @Override
    public void close() {
        handles.close(root);
    }
}
