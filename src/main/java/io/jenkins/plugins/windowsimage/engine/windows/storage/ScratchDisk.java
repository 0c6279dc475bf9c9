package io.jenkins.plugins.windowsimage.engine.windows.storage;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.windows.WindowsException;
import io.jenkins.plugins.windowsimage.engine.windows.api.Kernel32;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The volume on the disk of an activated scratch: makes it as large as its disk, which grew. Source: hcsshim,
 * expandscratchsize.go.
 */
final class ScratchDisk {
    private static final String STEP = "enlarging a scratch layer";
    private static final long SECTOR = 512;
    /** What the partition table and the rounding to clusters take. */
    private static final long SLACK = 64L << 20;

    private final WindowsApi api;
    private final String volume;

    /** @param volume with a backslash at its end */
    ScratchDisk(WindowsApi api, String volume) {
        this.api = api;
        this.volume = volume;
    }

    void extendVolume() {
        String device = volume.substring(0, volume.length() - 1);
        Pointer handle = api.kernel32().CreateFileW(device, Kernel32.GENERIC_READ | Kernel32.GENERIC_WRITE,
                Kernel32.FILE_SHARE_READ | Kernel32.FILE_SHARE_WRITE, null, Kernel32.OPEN_EXISTING, 0, null);
        if (Kernel32.INVALID_HANDLE_VALUE.equals(handle)) {
            throw failed("CreateFileW");
        }
        try {
            byte[] length = new byte[Long.BYTES];
            control(handle, Kernel32.IOCTL_DISK_GET_LENGTH_INFO, null, length);
            long bytes = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
            if (bytes - volumeBytes() > SLACK) {
                byte[] sectors = ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(bytes / SECTOR)
                        .array();
                control(handle, Kernel32.FSCTL_EXTEND_VOLUME, sectors, null);
            }
        } finally {
            api.kernel32().CloseHandle(handle);
        }
    }

    private long volumeBytes() {
        LongByReference free = new LongByReference();
        LongByReference total = new LongByReference();
        if (!api.kernel32().GetDiskFreeSpaceExW(volume, free, total, null)) {
            throw failed("GetDiskFreeSpaceExW");
        }
        return total.getValue();
    }

    private void control(Pointer handle, int code, byte[] in, byte[] out) {
        if (!api.kernel32().DeviceIoControl(handle, code, in, in == null ? 0 : in.length, out, out == null ? 0
                : out.length,
                new IntByReference(), null)) {
            throw failed("DeviceIoControl");
        }
    }

    private WindowsException failed(String call) {
        return new WindowsException(ErrorKind.LAYER_CREATE, STEP, call, WinError.hresult(Native.getLastError()),
                volume);
    }
}
