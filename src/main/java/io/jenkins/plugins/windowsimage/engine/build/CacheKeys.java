package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Computes the key under which the outcome of an instruction is remembered: everything that decides the outcome, each part with
 * its length before it, so that no two lists of parts look alike. For one thread.
 */
final class CacheKeys {
    /** To be raised when an instruction is carried out differently than before. */
    private static final String VERSION = "3";

    private final MessageDigest running = Digest.start();

    CacheKeys() {
        add(VERSION);
    }

    /** Adds a part; null is a part too, and differs from an empty one. */
    CacheKeys add(Object part) {
        if (part == null) {
            running.update((byte) 0);
            return this;
        }
        byte[] bytes = part.toString().getBytes(StandardCharsets.UTF_8);
        running.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        running.update(bytes);
        return this;
    }

    Digest key() {
        return Digest.of(running);
    }
}
