package io.jenkins.plugins.windowsimage.engine.store;

/**
 * Something that {@link Fsck} found wrong in a store.
 *
 * @param subject blob digest, image name, key of a cached step, or path
 * @param detail a sentence that says what is wrong
 * @param repaired whether it is put right now
 */
public record FsckFinding(Kind kind, String subject, String detail, boolean repaired) {
    /** What can be wrong. */
    public enum Kind {
        /** The content of a blob does not have its digest. Repair moves it to the quarantine directory. */
        BLOB_DAMAGED,
        /** An image lacks its manifest or something that the manifest names. Repair forgets the image. */
        IMAGE_INCOMPLETE,
        /** A cached step lacks its layer. Repair forgets the step. */
        CACHED_STEP_INCOMPLETE,
        /** An SBOM or another manifest that refers to an image lacks something. Repair forgets it. */
        REFERRER_INCOMPLETE,
        /** A record cannot be read, or has the wrong file name. Repair removes it. */
        RECORD_DAMAGED,
        /** A killed process left it. Repair removes it; so does the next build. */
        LEFTOVER
    }
}
