package io.jenkins.plugins.windowsimage.engine.windows.compute;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import java.time.Duration;

/** A compute system of the service, whichever of its two interfaces it was made through. For one thread at a time. */
interface ComputeSystem extends AutoCloseable {

    /** Starts the system and waits for it. */
    void start(Cancellation cancellation);

    /**
     * Starts a process.
     *
     * @param parameters ProcessParameters document
     * @param commandLine for messages
     */
    ComputeProcess createProcess(String parameters, String commandLine, Cancellation cancellation);

    /** Asks for a clean shutdown. */
    void requestShutdown(Cancellation cancellation);

    /** Asks for the end at once. */
    void terminate();

    /** Waits for the end of the system; true if it has ended. */
    boolean awaitExit(Duration timeout, Cancellation cancellation);

    /** Releases the handle; the service ends a system that still runs. */
    @Override
    void close();
}
