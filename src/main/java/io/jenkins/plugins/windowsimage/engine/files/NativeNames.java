package io.jenkins.plugins.windowsimage.engine.files;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Names of files as UTF-8, whatever the locale: under {@code LANG=C}, in which agents often run, Java can neither show
 * nor take other letters than those of ASCII in a {@link Path}, but keeps the bytes of a name in its URI.
 */
final class NativeNames {
    private static final char UNREADABLE = '\uFFFD';

    private NativeNames() {}

    /** The path as text: absolute if it is, else relative. */
    static String text(Path path) {
        String text = path.toString();
        if (text.indexOf(UNREADABLE) < 0) {
            return text;
        }
        String absolute = decoded(path.toAbsolutePath());
        return path.isAbsolute() ? absolute : absolute.substring(decoded(Path.of("").toAbsolutePath()).length() + 1);
    }

    private static String decoded(Path absolute) {
        String raw = absolute.toUri().getRawPath();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < raw.length(); i++) {
            if (raw.charAt(i) == '%') {
                bytes.write(Integer.parseInt(raw, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(raw.charAt(i));
            }
        }
        String text = bytes.toString(StandardCharsets.UTF_8);
        // The URI of a directory ends with a slash.
        return text.length() > 1 && text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    /**
     * A path in a directory.
     *
     * @param path with {@code /} between the parts
     * @throws InvalidPathException if the file system cannot have it
     */
    static Path resolve(Path directory, String path) {
        try {
            return directory.resolve(path);
        } catch (InvalidPathException e) {
            if (path.indexOf('\0') >= 0 || path.isEmpty() || !directory.getFileSystem().getSeparator().equals("/")) {
                throw e;
            }
            String base = directory.toUri().getRawPath();
            return Path.of(URI.create("file://" + base + (base.endsWith("/") ? "" : "/") + encoded(path)));
        }
    }

    private static String encoded(String path) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '/'
                    || b == '.';
            encoded.append(plain ? String.valueOf((char) b) : String.format("%%%02X", b));
        }
        return encoded.toString();
    }
}
