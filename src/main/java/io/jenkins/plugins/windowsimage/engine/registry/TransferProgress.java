package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;

/** Told how blobs get on; called from several threads at once, and quick to return. */
public interface TransferProgress {

    /** Nobody is told. */
    TransferProgress NONE = new TransferProgress() {
        @Override
        public void transferred(Descriptor blob, long bytes) {}

        @Override
        public void done(Descriptor blob, Outcome outcome) {}
    };

    /** How a blob came to be where it should be. */
    enum Outcome {
        /** It was there. */
        EXISTED,
        /** The registry took it from another repository. */
        MOUNTED,
        /** It was sent or received. */
        TRANSFERRED
    }

    /**
     * @param bytes of the blob that are there; falls back when a transfer has to start over
     */
    void transferred(Descriptor blob, long bytes);

    /** The blob is where it should be, whole and verified. */
    void done(Descriptor blob, Outcome outcome);
}
