package io.jenkins.plugins.windowsimage.engine.files;

import java.io.IOException;
import java.util.Optional;

/** What the image holds before an instruction. */
@FunctionalInterface
public interface Destination {
    /** An image that holds nothing yet. */
    Destination EMPTY = path -> Optional.empty();

    /**
     * The entry at this path; a link at the end is not followed.
     *
     * @param path relative to {@code C:\}, with {@code /} between the parts, in any case; never empty
     */
    Optional<FileNode> find(String path) throws IOException;
}
