package io.jenkins.plugins.windowsimage.engine.dockerfile;

/**
 * One mistake in a Dockerfile.
 *
 * @param line counted from 1; 0 when it concerns none
 * @param column counted from 1
 * @param endLine last line of the instruction
 * @param source the line as written; empty when there is none
 * @param message what is wrong, in BuildKit's words where it has any
 * @param instruction whether the form of the line is right and what the instruction says is wrong
 */
public record Problem(int line, int column, int endLine, String source, String message, boolean instruction) {

    /** The message as BuildKit prints it. */
    public String buildKitMessage() {
        return instruction ? "dockerfile parse error on line " + line + ": " + message : message;
    }
}
