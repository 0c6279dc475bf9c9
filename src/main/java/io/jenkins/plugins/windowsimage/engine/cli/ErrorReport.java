package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.build.BuildResult;
import java.io.PrintStream;
import java.util.Arrays;

/** Shows a failure to a person. */
final class ErrorReport {
    private ErrorReport() {}

    static void print(PrintStream err, BuildResult.Failure failure) {
        print(err, failure.message(), failure.hint());
    }

    static void print(PrintStream err, EngineException failure) {
        print(err, failure.getMessage(), failure.hint());
    }

    private static void print(PrintStream err, String message, String hint) {
        err.println("ERROR: " + message);
        if (hint != null) {
            err.println("       " + hint);
        }
        err.flush();
    }

    static int exitCode(BuildResult.Failure failure) {
        return Arrays.stream(ErrorKind.values())
                .filter(kind -> kind.id().equals(failure.kind()))
                .mapToInt(ErrorKind::exitCode)
                .findFirst()
                .orElse(1);
    }
}
