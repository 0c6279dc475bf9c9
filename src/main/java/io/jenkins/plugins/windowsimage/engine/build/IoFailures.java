package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.files.FileFailure;
import io.jenkins.plugins.windowsimage.engine.store.WriteFailure;
import java.io.IOException;
import java.nio.file.FileSystemException;

/** Says in a sentence what Java's exceptions for files leave to be guessed. */
public final class IoFailures {
    private IoFailures() {}

    /** One sentence that names the file. */
    public static String sentence(IOException failure) {
        if (WriteFailure.isDiskFull(failure)) {
            String file = failure instanceof FileSystemException named ? named.getFile() : null;
            return "the disk is full" + (file == null ? "" : ": " + file + " cannot be written");
        }
        return FileFailure.reason(failure);
    }

    /** What the user can do about it; null when that is plain. */
    public static String hint(IOException failure) {
        return WriteFailure.isDiskFull(failure) ? WriteFailure.MAKE_SPACE : null;
    }

    /** A failure of kind IO_ERROR that says both. */
    public static EngineException failure(IOException failure) {
        return new EngineException(ErrorKind.IO_ERROR, sentence(failure), hint(failure), failure);
    }
}
