package io.jenkins.plugins.windowsimage.engine.plan;

/** An instruction that cannot be carried out; the message is BuildKit's where it has one. */
final class InstructionException extends Exception {
    private static final long serialVersionUID = 1L;

    InstructionException(String message) {
        super(message);
    }
}
