package io.jenkins.plugins.windowsimage.engine.files;

import java.util.List;

/**
 * The flags of COPY and ADD that decide what goes where.
 *
 * @param parents {@code --parents}: directories of the source are made below the destination
 * @param excludes the patterns of {@code --exclude}, relative to each directory that is copied
 * @param owner security identifier of the owner of everything that is made, see {@link FileOwner}; null for the usual
 *     one
 */
public record CopyOptions(boolean parents, List<String> excludes, String owner) {
    /** No flag given. */
    public static final CopyOptions DEFAULT = new CopyOptions(false, List.of(), null);

    public CopyOptions {
        excludes = List.copyOf(excludes);
    }
}
