package io.jenkins.plugins.windowsimage.engine.windows.compute;

import java.util.UUID;

/**
 * The name of a container on its network: 1 to 15 characters of a NetBIOS name, not digits alone. Process isolation with a
 * network refuses a document without one.
 */
final class HostName {
    private HostName() {}

    /** The name that goes with a container's id. */
    static String of(UUID id) {
        return "b" + id.toString().replace("-", "").substring(0, 12);
    }
}
