package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which names a Windows volume can hold. The rules are those of "Naming Files, Paths, and Namespaces" in the Windows
 * documentation: names beyond them exist on a disk at best, where no ordinary program can open or delete them.
 */
public final class WindowsNames {
    /**
     * Parts of a path. No limit of Windows but ours, and far above any real path: every part is one more directory that each
     * layer, each look-up and each copy has to go through.
     */
    public static final int MOST_PARTS = 255;
    /** UTF-16 units in one part of a path, a limit of NTFS. */
    static final int LONGEST_NAME = 255;
    /** UTF-16 units in a whole path, a limit of the Windows API. */
    static final int LONGEST_PATH = 32_767;

    private static final Pattern DEVICE =
            Pattern.compile("(CON|PRN|AUX|NUL|CONIN\\$|CONOUT\\$|(COM|LPT)[1-9\u00B9\u00B2\u00B3])");
    private static final int LONGEST_DEVICE = "CONOUT$".length();

    private WindowsNames() {}

    /**
     * Refuses a path that Windows cannot hold.
     *
     * @param path relative to the root of a volume, with {@code /} between the parts; empty for the root
     * @throws EngineException of kind INVALID_INSTRUCTION, naming the path
     */
    public static void check(String path) {
        if (path.isEmpty()) {
            return;
        }
        String length = lengthProblem(path);
        if (length != null) {
            throw refused(path, "it " + length);
        }
        int start = 0;
        while (start <= path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            String problem = problem(path.substring(start, end));
            if (problem != null) {
                throw refused(path, problem);
            }
            start = end + 1;
        }
    }

    /** What is wrong with the length of a whole path, as the end of a sentence; null when nothing is. */
    static String lengthProblem(String path) {
        if (path.length() + "C:\\".length() > LONGEST_PATH) {
            return "has more than " + LONGEST_PATH + " characters";
        }
        // Most paths are too short for so many parts.
        boolean deep = path.length() > 2 * MOST_PARTS && path.chars().filter(c -> c == '/').count() >= MOST_PARTS;
        return deep ? "has more than " + MOST_PARTS + " parts" : null;
    }

    /** What is wrong with one part of a path, as the end of a sentence; null when nothing is. */
    static String problem(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            return "\"" + name + "\" is no name of a file";
        }
        if (name.length() > LONGEST_NAME) {
            return "\"" + shortened(name) + "\" has more than " + LONGEST_NAME + " characters";
        }
        for (int i = 0; i < name.length(); i++) {
            String problem = problem(name, i);
            if (problem != null) {
                return problem;
            }
        }
        char last = name.charAt(name.length() - 1);
        if (last == '.' || last == ' ') {
            return "\"" + name + "\" ends with a " + (last == '.' ? "dot" : "space") + ", which Windows drops";
        }
        return isDevice(name) ? "\"" + name + "\" is the name of a device on Windows" : null;
    }

    private static String problem(String name, int index) {
        char c = name.charAt(index);
        if (c < 0x20) {
            return String.format("it contains the control character U+%04X", (int) c);
        }
        if (c == ':') {
            return "the colon in \"" + name + "\" would name an alternate data stream";
        }
        if (isIllegal(c)) {
            return "\"" + name + "\" contains " + c + ", which Windows does not allow in names";
        }
        boolean paired = Character.isHighSurrogate(c)
                ? index + 1 < name.length() && Character.isLowSurrogate(name.charAt(index + 1))
                : !Character.isLowSurrogate(c) || index > 0 && Character.isHighSurrogate(name.charAt(index - 1));
        return paired ? null : "it contains half of a surrogate pair, which is no character";
    }

    private static boolean isIllegal(char c) {
        return switch (c) {
            case '<', '>', '"', '|', '?', '*', '\\', '/' -> true;
            default -> false;
        };
    }

    /** Devices stay devices with an extension, and with spaces before it. */
    private static boolean isDevice(String name) {
        int dot = name.indexOf('.');
        String base = (dot < 0 ? name : name.substring(0, dot)).stripTrailing();
        return base.length() <= LONGEST_DEVICE && DEVICE.matcher(base.toUpperCase(Locale.ROOT)).matches();
    }

    private static EngineException refused(String path, String problem) {
        return new EngineException(ErrorKind.INVALID_INSTRUCTION,
                "\"" + shortened(path) + "\" cannot be a path on Windows: " + problem);
    }

    private static String shortened(String text) {
        return text.length() <= 300 ? text : text.substring(0, 300) + "...";
    }
}
