package io.jenkins.plugins.windowsimage.engine;

import java.util.Locale;

/** What went wrong, in the words of the result file; each kind belongs to one exit code of the command line. */
public enum ErrorKind {
    /** Wrong options or arguments. */
    USAGE(2),
    /** The build context or the Dockerfile cannot be read. */
    CONTEXT_READ(2),
    /** The Dockerfile is not valid. */
    DOCKERFILE_PARSE(2),
    /** A stage is named that the Dockerfile does not have. */
    STAGE_NOT_FOUND(2),
    /** Asked for something that no Windows image build can do. */
    NOT_SUPPORTED(2),
    /** An instruction cannot be carried out. */
    INVALID_INSTRUCTION(1),
    /** A command of the Dockerfile ended with an exit code other than 0. */
    RUN_STEP_FAILED(1),
    /** A path leads out of the tree it belongs to. */
    PATH_TRAVERSAL(1),
    /** A URL of ADD cannot be fetched. */
    HTTP_FETCH_FAILED(1),
    /** An archive cannot be unpacked. */
    TAR_EXTRACT_FAILED(1),
    /** A layer cannot be written. */
    LAYER_CREATE(1),
    /** What a command changed cannot be read back. */
    LAYER_EXPORT_FAILED(1),
    /** A file cannot be read or written. */
    IO_ERROR(1),
    /** A registry refuses, is silent, or sends something wrong. */
    REGISTRY_ERROR(3),
    /** No image of the base fits the wanted Windows version. */
    OS_VERSION_UNRESOLVED(3),
    /** An image or part of it cannot be pushed. */
    PUSH_FAILED(3),
    /** This machine lacks something that the build needs. */
    HOST_NOT_READY(4),
    /** The user or the system stopped the work. */
    CANCELLED(130),
    /** A defect of this program. */
    INTERNAL(1);

    private final int exitCode;

    ErrorKind(int exitCode) {
        this.exitCode = exitCode;
    }

    /** Exit code of the process that fails this way. */
    public int exitCode() {
        return exitCode;
    }

    /** The name in result files and events, such as {@code run-step-failed}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
