package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Locale;

/** Turns the refusal of a write into a sentence that a person can act on. */
public final class WriteFailure {
    /** What helps when the disk is full. */
    public static final String MAKE_SPACE = "free disk space, for example with windows-image prune, or set "
            + StorageRoot.VARIABLE + " to a directory on a larger disk";

    private WriteFailure() {}

    /** Whether a write failed because there was no space left, or no more than the account's quota. */
    public static boolean isDiskFull(IOException e) {
        String lower = reason(e).toLowerCase(Locale.ROOT);
        return lower.contains("no space left") || lower.contains("not enough space") || lower.contains("quota");
    }

    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException named && named.getReason() != null
                ? named.getReason()
                : e.getMessage();
        return reason == null ? "" : reason;
    }

    /**
     * The failure that tells of it.
     *
     * @param what was being written
     * @param where it was to be
     */
    public static EngineException explain(String what, Path where, IOException e) {
        if (e instanceof ClosedByInterruptException) {
            return new EngineException(ErrorKind.CANCELLED, "interrupted while writing " + what, e);
        }
        if (isDiskFull(e)) {
            return new EngineException(
                    ErrorKind.IO_ERROR, "the disk is full: " + what + " cannot be written to " + where, MAKE_SPACE, e);
        }
        String reason = reason(e);
        if (e instanceof AccessDeniedException || reason.toLowerCase(Locale.ROOT).contains("read-only")) {
            return new EngineException(
                    ErrorKind.IO_ERROR,
                    what + " cannot be written: " + where + " is not writable for this account",
                    "correct the permissions, or name another directory",
                    e);
        }
        return new EngineException(ErrorKind.IO_ERROR, what + " cannot be written to " + where + ": " + reason, e);
    }
}
