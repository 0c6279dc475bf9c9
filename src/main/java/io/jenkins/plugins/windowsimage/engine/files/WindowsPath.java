package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.util.ArrayList;
import java.util.List;

/**
 * A place on the system volume as a Dockerfile writes it: {@code C:\app\}, {@code /app}, {@code app} or {@code C:}. A
 * path without a leading slash counts from the root; {@code ..} stops there.
 *
 * @param path relative to {@code C:\}, with {@code /} between the parts; empty for the root
 * @param directory whether the text says that it means a directory: it ends with a slash, a backslash or the part
 *     {@code .}, or is the root
 */
public record WindowsPath(String path, boolean directory) {
    /**
     * Reads a path that Windows is to hold.
     *
     * @throws EngineException of kind INVALID_INSTRUCTION, naming the path, if it lies on another drive or server, or
     *     has a part that Windows does not allow, see {@link WindowsNames}
     */
    public static WindowsPath parse(String text) {
        WindowsPath parsed = clean(text);
        WindowsNames.check(parsed.path);
        return parsed;
    }

    /**
     * Reads a path without asking whether Windows could hold it, because it may be a pattern or name a file of another
     * system.
     *
     * @throws EngineException of kind INVALID_INSTRUCTION if it lies on another drive or server
     */
    static WindowsPath clean(String text) {
        String slashed = text.replace('\\', '/');
        if (slashed.startsWith("//")) {
            throw refused(text, "is a network or device path; only drive C: exists in an image");
        }
        if (slashed.length() >= 2 && slashed.charAt(1) == ':' && isLetter(slashed.charAt(0))) {
            if (Character.toLowerCase(slashed.charAt(0)) != 'c') {
                throw refused(text, "is not on drive C:, the only one that an image has");
            }
            slashed = slashed.substring(2);
        }
        List<String> parts = parts(slashed);
        boolean directory = parts.isEmpty() || slashed.endsWith("/") || slashed.endsWith("/.");
        return new WindowsPath(String.join("/", parts), directory);
    }

    /**
     * The parts of a path, without empty ones and {@code .}; each {@code ..} takes the one before it away, if there is
     * one.
     */
    static List<String> parts(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                if (!parts.isEmpty()) {
                    parts.remove(parts.size() - 1);
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return parts;
    }

    /** The path of something in a directory. */
    static String join(String directory, String name) {
        return directory.isEmpty() ? name : name.isEmpty() ? directory : directory + "/" + name;
    }

    /** The directory that a path lies in; empty for the root and for what lies directly in it. */
    static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static EngineException refused(String text, String problem) {
        return new EngineException(ErrorKind.INVALID_INSTRUCTION, "the path \"" + text + "\" " + problem);
    }
}
