package io.jenkins.plugins.windowsimage.engine.windows.compute;

import com.sun.jna.Pointer;
import java.util.Optional;

/** A process in a compute system. For one thread at a time. */
interface ComputeProcess extends AutoCloseable {

    /** Our end of its standard output; null if there is none. Valid until the process is closed. */
    Pointer standardOutput();

    /** Our end of its standard error; null if there is none. Valid until the process is closed. */
    Pointer standardError();

    /** Ends its standard input. */
    void closeStandardInput();

    /** Waits for its end, at most one slice; empty while it runs. */
    Optional<ProcessStatus> awaitExit();

    /** Releases the handles, those of the pipes as well. */
    @Override
    void close();
}
