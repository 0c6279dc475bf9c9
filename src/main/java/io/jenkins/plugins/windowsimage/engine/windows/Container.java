package io.jenkins.plugins.windowsimage.engine.windows;

import io.jenkins.plugins.windowsimage.engine.Cancellation;

/** A container that runs. For one thread at a time. */
public interface Container extends AutoCloseable {

    /**
     * Runs a process to its end, with standard input closed. When the cancellation is requested or the time is up, the whole
     * container is ended.
     *
     * @return the exit code as Windows gave it, read as a signed number
     * @throws io.jenkins.plugins.windowsimage.engine.EngineException of kind CANCELLED; RUN_STEP_FAILED when the time is
     *     up or the command cannot be started; HOST_NOT_READY naming the call that failed
     */
    int run(ProcessSpec process, RunOutput output, Cancellation cancellation);

    /**
     * Shuts the container down cleanly, so that its registry is on disk; terminates it if that takes too long.
     *
     * @throws io.jenkins.plugins.windowsimage.engine.EngineException of kind CANCELLED, or HOST_NOT_READY when it does not end
     */
    void shutdown(Cancellation cancellation);

    /** Terminates the container if it still runs, and releases it. */
    @Override
    void close();
}
