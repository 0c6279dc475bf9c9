package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.image.Digest;

/** One source of COPY or ADD. */
public sealed interface CopySource {

    /** The source as the Dockerfile has it, its variables expanded. */
    String text();

    /**
     * Files of the origin.
     *
     * @param path absolute within the origin, slashes between its parts, no drive letter; may have wildcards. With
     *     {@code --parents} the directory that the parents are counted from
     * @param pattern with {@code --parents} what is copied, relative to the path; else null
     */
    record Files(String text, String path, String pattern) implements CopySource {
        /** Whether a source that matches nothing is no error. */
        public boolean isWildcard() {
            return hasWildcard(path) || (pattern != null && hasWildcard(pattern));
        }

        private static boolean hasWildcard(String name) {
            for (int i = 0; i < name.length(); i++) {
                char c = name.charAt(i);
                if (c == '*' || c == '?' || c == '[') {
                    return true;
                }
                if (c == '\\') {
                    i++;
                }
            }
            return false;
        }
    }

    /**
     * A download.
     *
     * @param fileName the name it gets in a directory
     * @param checksum that it must have; null for any
     */
    record Url(String text, String fileName, Digest checksum) implements CopySource {}

    /**
     * A document in the Dockerfile.
     *
     * @param text name of the file it becomes
     * @param content expanded, to be written as UTF-8
     */
    record Document(String text, String content) implements CopySource {}
}
