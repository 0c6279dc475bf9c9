package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.dockerfile.Mount;

/**
 * A mount of a RUN.
 *
 * @param mount as written, variables expanded
 * @param target absolute path in the container, in the form of its system; null when a secret is a variable only
 * @param origin the tree that a bind mount or the first content of a cache comes from; null for the other types
 */
public record PlannedMount(Mount mount, String target, FileOrigin origin) {

    /** The id of a secret, cache or agent; what stands for it when none is given. */
    public String id() {
        return switch (mount.type()) {
            case SECRET -> {
                String id = mount.source().isEmpty() ? mount.id() : mount.source();
                yield id.isEmpty() ? lastName(mount.target()) : id;
            }
            case SSH -> mount.id().isEmpty() ? "default" : mount.id();
            default -> mount.id().isEmpty() ? target : mount.id();
        };
    }

    static String lastName(String path) {
        String slashes = path.replace('\\', '/');
        return slashes.substring(slashes.lastIndexOf('/') + 1);
    }
}
