package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.IOException;

/** Content whose digest is not the one it should have; it was discarded. */
public final class DigestMismatchException extends IOException {
    private static final long serialVersionUID = 1L;

    public DigestMismatchException(Digest expected, Digest found) {
        super("expected " + expected + ", found " + found);
    }
}
