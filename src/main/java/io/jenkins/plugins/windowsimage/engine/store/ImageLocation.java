package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image within an OCI layout, as {@code oci-layout://PATH[:TAG][@sha256:HEX]}.
 *
 * @param path directory or tar
 * @param tag null when none was given
 * @param digest null when none was given
 */
public record ImageLocation(Path path, String tag, Digest digest) {
    public static final String PREFIX = "oci-layout://";

    // A colon after the drive letter is no tag, and neither is one before a separator.
    private static final Pattern FORM = Pattern.compile(
            "((?:[A-Za-z]:(?=[/\\\\]))?.+?)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?");

    /**
     * Reads a location, with or without its prefix.
     *
     * @throws IllegalArgumentException with a sentence if the text has another form
     */
    public static ImageLocation parse(String text) {
        String rest = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
        Matcher form = FORM.matcher(rest);
        try {
            if (form.matches()) {
                String digest = form.group(3);
                return new ImageLocation(
                        Path.of(form.group(1)), form.group(2), digest == null ? null : Digest.parse(digest));
            }
        } catch (InvalidPathException e) {
            // Falls through to the same sentence.
        }
        throw new IllegalArgumentException(
                "\"" + text + "\" is not the place of an image; write " + PREFIX + "DIRECTORY[:TAG][@sha256:DIGEST]");
    }
}
