package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.Optional;

/** Where the expansion of a word looks variables up. */
@FunctionalInterface
public interface Variables {
    /** No variable is set. */
    Variables NONE = name -> Optional.empty();

    /** The value of the variable; empty when it is not set. */
    Optional<String> get(String name);
}
