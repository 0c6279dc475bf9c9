package io.jenkins.plugins.windowsimage.engine;

/**
 * A failure that a person can act on: the message is one sentence that names the file, line, host or image concerned, the hint
 * says what to do about it.
 */
public class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorKind kind;
    private final String hint;

    public EngineException(ErrorKind kind, String message) {
        this(kind, message, null, null);
    }

    public EngineException(ErrorKind kind, String message, Throwable cause) {
        this(kind, message, null, cause);
    }

    /**
     * @param hint what to do about it; null when the message says it
     * @param cause null when there is none
     */
    public EngineException(ErrorKind kind, String message, String hint, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.hint = hint;
    }

    public ErrorKind kind() {
        return kind;
    }

    /** What to do about it; null when the message says it. */
    public String hint() {
        return hint;
    }
}
