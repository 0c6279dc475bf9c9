package io.jenkins.plugins.windowsimage.engine.windows;

/** Takes what a command prints. Called from two threads, one for each stream. */
@FunctionalInterface
public interface RunOutput {
    /**
     * @param error whether this is standard error rather than standard output
     * @param bytes valid during the call only
     */
    void write(boolean error, byte[] bytes, int length);
}
