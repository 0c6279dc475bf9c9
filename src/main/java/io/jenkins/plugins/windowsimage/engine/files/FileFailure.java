package io.jenkins.plugins.windowsimage.engine.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says what Java's exceptions for files leave to be guessed. */
public final class FileFailure {
    private FileFailure() {}

    /** A few words that name the reason and the file. */
    public static String reason(IOException failure) {
        if (failure instanceof FileSystemException named && named.getFile() != null) {
            return reason(named) + ": " + named.getFile();
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    private static String reason(FileSystemException failure) {
        if (failure.getReason() != null) {
            return failure.getReason();
        }
        if (failure instanceof NoSuchFileException) {
            return "no such file";
        }
        if (failure instanceof AccessDeniedException) {
            return "access is denied";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "the file is there already";
        }
        return failure.getClass().getSimpleName();
    }
}
