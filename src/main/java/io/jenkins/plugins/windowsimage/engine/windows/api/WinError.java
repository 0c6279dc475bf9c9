package io.jenkins.plugins.windowsimage.engine.windows.api;

/** Error codes that decide what the engine does next. Source: winerror.h. */
public final class WinError {
    public static final int S_OK = 0;

    // ---- Win32
    public static final int ERROR_SUCCESS = 0;
    public static final int ERROR_FILE_NOT_FOUND = 2;
    public static final int ERROR_PATH_NOT_FOUND = 3;
    public static final int ERROR_ACCESS_DENIED = 5;
    public static final int ERROR_INVALID_DATA = 13;
    public static final int ERROR_NOT_READY = 21;
    public static final int ERROR_SHARING_VIOLATION = 32;
    public static final int ERROR_HANDLE_EOF = 38;
    public static final int ERROR_FILE_EXISTS = 80;
    public static final int ERROR_NOT_SUPPORTED = 50;
    public static final int ERROR_INVALID_PARAMETER = 87;
    public static final int ERROR_BROKEN_PIPE = 109;
    public static final int ERROR_BUFFER_OVERFLOW = 111;
    public static final int WAIT_OBJECT_0 = 0;
    public static final int WAIT_TIMEOUT = 258;
    public static final int ERROR_ALREADY_EXISTS = 183;
    public static final int ERROR_NO_DATA = 232;
    public static final int ERROR_DIRECTORY = 267;
    public static final int ERROR_MORE_DATA = 234;
    public static final int ERROR_NO_MORE_FILES = 18;
    public static final int ERROR_OPERATION_ABORTED = 995;
    public static final int ERROR_IO_INCOMPLETE = 996;
    public static final int ERROR_IO_PENDING = 997;
    public static final int ERROR_SERVICE_DOES_NOT_EXIST = 1060;
    public static final int ERROR_DEVICE_NOT_CONNECTED = 1167;
    public static final int ERROR_NOT_FOUND = 1168;
    public static final int ERROR_NOT_ALL_ASSIGNED = 1300;
    public static final int ERROR_TIMEOUT = 1460;
    public static final int ERROR_REPARSE_POINT_ENCOUNTERED = 4395;

    // ---- Host Compute Service
    /** Only from vmcompute.dll: a notification will tell the end. */
    public static final int HCS_E_OPERATION_PENDING = 0xC0370103;

    public static final int HCS_E_OPERATION_TIMEOUT = 0x80370118;

    private WinError() {}

    /** The HRESULT that stands for a Win32 error code (macro HRESULT_FROM_WIN32). */
    public static int hresult(int win32) {
        return win32 <= 0 ? win32 : win32 & 0xFFFF | 0x80070000;
    }
}
