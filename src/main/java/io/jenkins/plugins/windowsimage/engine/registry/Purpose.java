package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.ErrorKind;

/**
 * What a request is for, in the words of its errors.
 *
 * @param kind how a failure is reported
 * @param action what is being done, such as {@code read the manifest of localhost:5000/hello:1}
 * @param host the registry, as the user names it
 */
record Purpose(ErrorKind kind, String action, String host) {

    static Purpose reading(String what, RepositoryName repository) {
        return new Purpose(ErrorKind.REGISTRY_ERROR, "read " + what, repository.host());
    }

    static Purpose pushing(String what, RepositoryName repository) {
        return new Purpose(ErrorKind.PUSH_FAILED, "push " + what, repository.host());
    }
}
