package io.jenkins.plugins.windowsimage.engine.windows.sim;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.windows.api.FileBasicInfo;
import io.jenkins.plugins.windowsimage.engine.windows.api.Kernel32;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** kernel32.dll: handles, events and pipes here; files and volumes as far as they are simulated. */
final class SimKernel32 implements Kernel32 {
    /** Offset of the event in an OVERLAPPED structure. */
    private static final int EVENT_OFFSET = 24;

    private static final int INVALID_HANDLE = 6;

    private final SimWindows windows;
    private final Map<Long, SimPipe.Read> reads = new HashMap<>();

    SimKernel32(SimWindows windows) {
        this.windows = windows;
    }

    private static boolean fail(int code) {
        Native.setLastError(code);
        return false;
    }

    // ---- handles, memory, waiting

    @Override
    public boolean CloseHandle(Pointer handle) {
        Object target = windows.handles().close(handle, Object.class, "CloseHandle");
        if (target == null) {
            return fail(INVALID_HANDLE);
        }
        synchronized (windows.lock) {
            if (target instanceof SimFile file) {
                windows.files().closed(file);
            } else if (target instanceof SimPipe pipe) {
                if (pipe.isBusy()) {
                    windows.handles().misuse("CloseHandle of a pipe that is being read");
                }
                pipe.closeReader();
            } else if (target instanceof SimEvent event
                    && reads.values().stream().anyMatch(read -> read.event == event && !read.done)) {
                windows.handles().misuse("CloseHandle of the event of a read that goes on");
            }
        }
        return true;
    }

    @Override
    public Pointer LocalFree(Pointer memory) {
        windows.memory().free(SimMemory.Kind.LOCAL, memory);
        return null;
    }

    @Override
    public Pointer GetCurrentProcess() {
        return Pointer.createConstant(-1L);
    }

    @Override
    public Pointer CreateEventW(Pointer security, boolean manualReset, boolean initialState, String name) {
        if (!manualReset) {
            throw new UnsupportedOperationException("events that reset themselves");
        }
        SimEvent event = new SimEvent();
        event.signalled = initialState;
        return windows.handles().open("event", event);
    }

    @Override
    public int WaitForSingleObject(Pointer handle, int milliseconds) {
        SimEvent event = windows.handles().use(handle, SimEvent.class, "WaitForSingleObject");
        if (event == null) {
            return -1;
        }
        return windows.await(milliseconds, () -> event.signalled) ? 0 : WinError.WAIT_TIMEOUT;
    }

    // ---- pipes

    @Override
    public boolean ReadFile(Pointer file, Pointer buffer, int size, IntByReference read, Pointer overlapped) {
        Object target = windows.handles().use(file, Object.class, "ReadFile");
        if (target instanceof SimFile plain) {
            return done(windows.files().read(plain, buffer, size, read, overlapped));
        }
        SimPipe pipe = windows.handles().use(file, SimPipe.class, "ReadFile");
        if (pipe == null) {
            return fail(INVALID_HANDLE);
        }
        if (overlapped == null) {
            windows.handles().misuse("ReadFile of an overlapped pipe without OVERLAPPED");
            return fail(WinError.ERROR_INVALID_PARAMETER);
        }
        SimEvent event = windows.handles().use(overlapped.getPointer(EVENT_OFFSET), SimEvent.class, "ReadFile");
        if (event == null) {
            return fail(INVALID_HANDLE);
        }
        synchronized (windows.lock) {
            SimPipe.Read started = new SimPipe.Read(overlapped, buffer, size, event);
            reads.put(Pointer.nativeValue(overlapped), started);
            pipe.read(started);
            if (!started.done) {
                return fail(WinError.ERROR_IO_PENDING);
            }
            return started.error == 0 || fail(started.error);
        }
    }

    @Override
    public boolean WriteFile(Pointer file, byte[] buffer, int size, IntByReference written, Pointer overlapped) {
        return onFile(file, "WriteFile", target -> windows.files().write(target, buffer, size, written));
    }

    private static boolean done(int code) {
        return code == 0 || fail(code);
    }

    private interface OnFile {
        int run(SimFile file);
    }

    private boolean onFile(Pointer handle, String call, OnFile work) {
        SimFile file = windows.handles().use(handle, SimFile.class, call);
        return file == null ? fail(INVALID_HANDLE) : done(work.run(file));
    }

    @Override
    public boolean GetOverlappedResult(Pointer file, Pointer overlapped, IntByReference transferred, boolean wait) {
        if (windows.handles().use(file, SimPipe.class, "GetOverlappedResult") == null) {
            return fail(INVALID_HANDLE);
        }
        synchronized (windows.lock) {
            SimPipe.Read read = reads.get(Pointer.nativeValue(overlapped));
            if (read == null) {
                return fail(WinError.ERROR_INVALID_PARAMETER);
            }
            if (!read.done) {
                return fail(WinError.ERROR_IO_INCOMPLETE);
            }
            transferred.setValue(read.count);
            return read.error == 0 || fail(read.error);
        }
    }

    @Override
    public boolean CancelIoEx(Pointer file, Pointer overlapped) {
        SimPipe pipe = windows.handles().use(file, SimPipe.class, "CancelIoEx");
        if (pipe == null) {
            return fail(INVALID_HANDLE);
        }
        synchronized (windows.lock) {
            return pipe.cancel(WinError.ERROR_OPERATION_ABORTED) || fail(WinError.ERROR_NOT_FOUND);
        }
    }

    // ---- files and volumes

    @Override
    public Pointer CreateFileW(
            String path, int access, int share, Pointer security, int disposition, int flags, Pointer template) {
        Pointer handle = path.startsWith("\\\\?\\Volume{")
                ? windows.layers().openVolume(path)
                : windows.files().openRoot(path, access, flags);
        if (handle == null) {
            Native.setLastError(WinError.ERROR_FILE_NOT_FOUND);
            return INVALID_HANDLE_VALUE;
        }
        return handle;
    }

    @Override
    public boolean BackupRead(
            Pointer file,
            byte[] buffer,
            int size,
            IntByReference read,
            boolean abort,
            boolean processSecurity,
            PointerByReference context) {
        return onFile(file, "BackupRead",
                target -> windows.files().backupRead(target, buffer, size, read, abort, processSecurity, context));
    }

    @Override
    public boolean BackupWrite(
            Pointer file,
            byte[] buffer,
            int size,
            IntByReference written,
            boolean abort,
            boolean processSecurity,
            PointerByReference context) {
        return onFile(file, "BackupWrite",
                target -> windows.files().backupWrite(target, buffer, size, written, abort, processSecurity, context));
    }

    @Override
    public boolean BackupSeek(
            Pointer file, int low, int high, IntByReference soughtLow, IntByReference soughtHigh, PointerByReference context) {
        throw new UnsupportedOperationException("BackupSeek");
    }

    @Override
    public boolean GetFileInformationByHandleEx(Pointer file, int infoClass, Structure info, int size) {
        return onFile(file, "GetFileInformationByHandleEx", target -> windows.files().query(target, infoClass, info));
    }

    @Override
    public boolean GetFileInformationByHandleEx(Pointer file, int infoClass, byte[] info, int size) {
        return onFile(file, "GetFileInformationByHandleEx", target -> windows.files().list(target, infoClass, info));
    }

    @Override
    public boolean SetFileInformationByHandle(Pointer file, int infoClass, Structure info, int size) {
        return onFile(file, "SetFileInformationByHandle",
                target -> windows.files().setInfo(target, (FileBasicInfo) info));
    }

    @Override
    public boolean DeviceIoControl(
            Pointer device,
            int code,
            byte[] in,
            int inSize,
            byte[] out,
            int outSize,
            IntByReference returned,
            Pointer overlapped) {
        return done(windows.layers().control(device, code, in, out));
    }

    @Override
    public boolean CreateDirectoryW(String path, Pointer security) {
        throw new UnsupportedOperationException("CreateDirectoryW");
    }

    @Override
    public boolean MoveFileExW(String from, String to, int flags) {
        return done(windows.files().move(from, to));
    }

    @Override
    public boolean GetVolumePathNameW(String path, char[] volume, int length) {
        copy("C:\\", volume);
        return true;
    }

    @Override
    public boolean GetVolumeInformationW(
            String root,
            char[] name,
            int nameLength,
            IntByReference serial,
            IntByReference maximumComponent,
            IntByReference flags,
            char[] fileSystem,
            int fileSystemLength) {
        copy(windows.machine().fileSystem(), fileSystem);
        return true;
    }

    private static void copy(String text, char[] buffer) {
        text.getChars(0, text.length(), buffer, 0);
        buffer[text.length()] = 0;
    }

    @Override
    public boolean GetDiskFreeSpaceExW(
            String directory, LongByReference freeToCaller, LongByReference total, LongByReference free) {
        Long volume = windows.layers().volumeBytes(directory);
        long usable = volume != null ? volume : Path.of(System.getProperty("java.io.tmpdir")).toFile().getTotalSpace();
        freeToCaller.setValue(windows.machine().freeBytes());
        if (total != null) {
            total.setValue(usable);
        }
        if (free != null) {
            free.setValue(windows.machine().freeBytes());
        }
        return true;
    }
}
