package io.jenkins.plugins.windowsimage.engine.plan;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The paths that instructions name in an image. They are resolved as BuildKit's {@code util/system} does, which strips the drive
 * letter; {@link #shown} puts it back. Resolved paths begin with a slash and have slashes between their parts.
 *
 * @param windows whether the image is one of Windows: either slash separates, and only drive C exists
 */
record ImagePaths(boolean windows) {

    /** A path that no image can have; the message is BuildKit's. */
    static final class InvalidPathException extends Exception {
        private static final long serialVersionUID = 1L;

        InvalidPathException(String message) {
            super(message);
        }
    }

    /**
     * Resolves a path against a directory.
     *
     * @param directory resolved
     * @param keepSlash whether a slash or {@code /.} at the end stays
     */
    String resolve(String directory, String path, boolean keepSlash) throws InvalidPathException {
        String written = slashes(path);
        String parent = withoutDrive(directory, keepSlash);
        String stripped = withoutDrive(written.isEmpty() ? parent : written, keepSlash);
        String resolved = stripped.startsWith("/") ? stripped : clean(parent + "/" + stripped);
        if (keepSlash) {
            if (written.endsWith("/") && !resolved.endsWith("/")) {
                return resolved + "/";
            }
            if (written.endsWith("/.")) {
                return (resolved.equals("/") ? resolved : resolved + "/") + ".";
            }
        }
        return resolved;
    }

    /** Resolves the destination of COPY and ADD, where {@code .} and nothing stand for the directory itself. */
    String destination(String directory, String path) throws InvalidPathException {
        if (windows && path.length() == 2 && path.equalsIgnoreCase("C:")) {
            return "/";
        }
        String stripped = withoutDrive(slashes(path), true);
        if (stripped.startsWith("/")) {
            return resolve("/", stripped, true);
        }
        return resolve(directory, stripped.equals(".") || stripped.isEmpty() ? "./" : stripped, true);
    }

    boolean isAbsolute(String path) {
        try {
            return withoutDrive(slashes(path), false).startsWith("/");
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** The form that Windows knows: {@code C:\app}; for other systems the path itself. */
    String shown(String resolved) {
        return windows ? "C:" + resolved.replace('/', '\\') : resolved;
    }

    private String slashes(String path) {
        return windows ? path.replace('\\', '/') : path;
    }

    private String withoutDrive(String path, boolean keepSlash) throws InvalidPathException {
        if (!windows) {
            return path;
        }
        if (path.length() == 2 && path.charAt(1) == ':') {
            throw new InvalidPathException("No relative path specified in \"" + path + "\"");
        }
        if (path.startsWith("//")) {
            throw new InvalidPathException("UNC paths are not supported");
        }
        int colon = path.indexOf(':');
        if (colon >= 0 && !path.substring(0, colon).equalsIgnoreCase("c")) {
            throw new InvalidPathException("The specified path is not on the system drive (C:)");
        }
        String rest = path.substring(colon + 1);
        String cleaned = clean(rest);
        // BuildKit drops the slash behind a name of one letter, so that "b/" is a file there; it is a directory here.
        return keepSlash && !cleaned.equals("/") && rest.endsWith("/") ? cleaned + "/" : cleaned;
    }

    /** Resolves {@code .}, {@code ..} and double slashes, like Go's {@code path.Clean}. */
    static String clean(String path) {
        boolean rooted = path.startsWith("/");
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (part.equals("..") && !parts.isEmpty() && !parts.peekLast().equals("..")) {
                parts.removeLast();
            } else if (part.equals("..") ? !rooted : !part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        String joined = String.join("/", parts);
        return rooted ? "/" + joined : joined.isEmpty() ? "." : joined;
    }
}
