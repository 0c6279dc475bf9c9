package io.jenkins.plugins.windowsimage.engine.files;

import java.util.concurrent.ThreadLocalRandom;

/**
 * A number that differs from process to process, to begin the hashes of hash tables with: nobody can prepare an archive whose
 * names all have one hash, which would make a table as slow as a list.
 */
public final class HashSeed {
    public static final long VALUE = ThreadLocalRandom.current().nextLong();

    private HashSeed() {}
}
