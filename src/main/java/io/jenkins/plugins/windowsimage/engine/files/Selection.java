package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.dockerfile.IgnoreFile;

/**
 * Which of the files below a copied directory are taken.
 *
 * @param included what is taken; null for everything
 * @param includedFrom directory below the copied one that these patterns are relative to; empty for the copied one
 *     itself
 * @param excluded what is left out of that, relative to the copied directory
 */
record Selection(IgnoreFile included, String includedFrom, IgnoreFile excluded) {
    /** Takes everything. */
    static final Selection ALL = new Selection(null, "", IgnoreFile.NONE);

    /** What happens to one entry. */
    enum Verdict {
        TAKE,
        /** Not taken itself, but something in it may be. */
        LOOK_INSIDE,
        LEAVE
    }

    /**
     * Decides about an entry.
     *
     * @param path relative to the copied directory, and not beside the way to where the patterns are relative to
     */
    Verdict of(String path, boolean directory) {
        if (path.length() < includedFrom.length()) {
            return Verdict.LOOK_INSIDE;
        }
        if (excluded.excludes(path)) {
            return directory && excluded.mayReinclude(path) ? Verdict.LOOK_INSIDE : Verdict.LEAVE;
        }
        if (included == null || isIncluded(path)) {
            return Verdict.TAKE;
        }
        return directory ? Verdict.LOOK_INSIDE : Verdict.LEAVE;
    }

    private boolean isIncluded(String path) {
        int skipped = includedFrom.isEmpty() ? 0 : includedFrom.length() + 1;
        return skipped < path.length() && included.excludes(path.substring(skipped));
    }
}
