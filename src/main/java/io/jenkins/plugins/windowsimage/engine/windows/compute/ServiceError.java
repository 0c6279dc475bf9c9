package io.jenkins.plugins.windowsimage.engine.windows.compute;

import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.windows.HresultTable;
import io.jenkins.plugins.windowsimage.engine.windows.WindowsException;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import java.util.Set;

/** What the codes of the service mean for the next step. */
final class ServiceError {
    static final int SYSTEM_NOT_FOUND = 0x8037010E;
    static final int SYSTEM_ALREADY_STOPPED = 0x80370110;
    static final int TERMINATED = 0x80370107;
    static final int UNEXPECTED_EXIT = 0x80370106;
    static final int SERVICE_DISCONNECT = 0x8037011E;
    static final int PROCESS_ALREADY_STOPPED = 0x8037011F;

    /** Codes of a process that cannot be started because of what the Dockerfile asks for. */
    private static final Set<Integer> COMMAND_FAULTS = Set.of(
            WinError.hresult(WinError.ERROR_FILE_NOT_FOUND),
            WinError.hresult(WinError.ERROR_PATH_NOT_FOUND),
            WinError.hresult(WinError.ERROR_ACCESS_DENIED),
            0x800700C1, // not a program for Windows
            0x8007010B, // no such working directory
            0x8007052E); // no such user

    private ServiceError() {}

    static boolean failed(int result) {
        return result < 0;
    }

    /** Whether a wait ended without what it waited for. */
    static boolean isTimeout(int result) {
        return HresultTable.same(result, WinError.HCS_E_OPERATION_TIMEOUT)
                || result == WinError.hresult(WinError.WAIT_TIMEOUT);
    }

    /** Whether a call to end something found it ended. */
    static boolean isGone(int result) {
        return HresultTable.same(result, SYSTEM_NOT_FOUND)
                || HresultTable.same(result, SYSTEM_ALREADY_STOPPED)
                || HresultTable.same(result, TERMINATED)
                || HresultTable.same(result, PROCESS_ALREADY_STOPPED);
    }

    /** A failure of the host. */
    static WindowsException of(String step, String call, int result, String document) {
        return new WindowsException(ErrorKind.HOST_NOT_READY, step, call, result, ResultError.describe(document));
    }

    /** A process that could not be started: the fault of its command, where the code says so, else of the host. */
    static WindowsException ofProcess(String call, int result, String document, String commandLine) {
        ErrorKind kind = COMMAND_FAULTS.contains(result) ? ErrorKind.RUN_STEP_FAILED : ErrorKind.HOST_NOT_READY;
        String described = ResultError.describe(document);
        String detail = "command " + commandLine + (described == null ? "" : ": " + described);
        return new WindowsException(kind, "starting the command", call, result, detail);
    }
}
