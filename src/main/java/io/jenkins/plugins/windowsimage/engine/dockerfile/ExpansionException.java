package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.Set;

/** A word that cannot be expanded; the message is BuildKit's and names the word. */
public final class ExpansionException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Set<String> missing;

    ExpansionException(String message) {
        this(message, Set.of());
    }

    ExpansionException(String message, Set<String> missing) {
        super(message);
        this.missing = missing;
    }

    /** Names of the variables that were not set, up to the place of the error. */
    public Set<String> missing() {
        return missing;
    }
}
