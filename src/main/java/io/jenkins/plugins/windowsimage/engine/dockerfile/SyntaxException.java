package io.jenkins.plugins.windowsimage.engine.dockerfile;

/** A mistake in one instruction; the reader of the file adds the place. */
final class SyntaxException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String token;
    private final boolean instruction;

    /** A mistake in the form of a line. */
    SyntaxException(String message) {
        this(message, "", false);
    }

    private SyntaxException(String message, String token, boolean instruction) {
        super(message);
        this.token = token;
        this.instruction = instruction;
    }

    /** A mistake in what an instruction says; BuildKit finds these in a second pass and words them differently. */
    static SyntaxException ofInstruction(String message) {
        return new SyntaxException(message, "", true);
    }

    /** This mistake, with the text at which the error points. */
    SyntaxException at(String text) {
        return new SyntaxException(getMessage(), text, instruction);
    }

    /** The text at which the error points; empty for the whole instruction. */
    String token() {
        return token;
    }

    boolean isOfInstruction() {
        return instruction;
    }
}
