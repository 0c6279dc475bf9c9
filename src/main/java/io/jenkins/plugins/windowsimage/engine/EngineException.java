package io.jenkins.plugins.windowsimage.engine;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A failure that a person can act on: the message is one sentence that names the file, line, host or image concerned, the hint
 * says what to do about it. Names in it may come from anybody: what would move a cursor, begin a line or turn text around is
 * written as {@code \\uXXXX}, and the middle of a message that is too long for a person is left out.
 */
public class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Characters of a message; of a longer one this many from its end are kept, where the reason stands. */
    private static final int LONGEST = 2000;
    private static final int LONGEST_END = 500;

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
        this(printable(message), cause, kind, hint);
    }

    private EngineException(String printable, Throwable cause, ErrorKind kind, String hint) {
        super(printable, cause);
        this.kind = kind;
        this.hint = hint;
    }

    /** A failure that takes several lines to tell. */
    protected EngineException(ErrorKind kind, List<String> lines) {
        this(lines.stream().map(EngineException::printable).collect(Collectors.joining("\n")), null, kind, null);
    }

    private static String printable(String text) {
        if (text == null) {
            return null;
        }
        String line = text.length() <= LONGEST
                ? text
                : text.substring(0, LONGEST - LONGEST_END) + "..." + text.substring(text.length() - LONGEST_END);
        StringBuilder printable = null;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            boolean harmless = c == '\t' || !Character.isISOControl(c) && !isLineOrDirection(c);
            if (!harmless && printable == null) {
                printable = new StringBuilder(line.substring(0, i));
            }
            if (printable != null) {
                printable.append(harmless ? String.valueOf(c) : String.format("\\u%04X", (int) c));
            }
        }
        return printable == null ? line : printable.toString();
    }

    /** Separators of lines and paragraphs, and what changes the direction of writing. */
    private static boolean isLineOrDirection(char c) {
        return c >= '\u2028' && c <= '\u202E' || c >= '\u2066' && c <= '\u2069';
    }

    public ErrorKind kind() {
        return kind;
    }

    /** What to do about it; null when the message says it. */
    public String hint() {
        return hint;
    }
}
