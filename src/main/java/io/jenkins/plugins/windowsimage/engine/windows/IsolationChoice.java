package io.jenkins.plugins.windowsimage.engine.windows;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;

/**
 * How a container of an image is run on a host.
 *
 * @param hyperv whether with hyper-v isolation
 * @param fallback whether hyper-v isolation may be tried when process isolation fails to start
 */
record IsolationChoice(boolean hyperv, boolean fallback) {

    /**
     * Chooses by Microsoft's rules: process isolation for the same build, from Server 2022 on also for images from 20348 up to
     * the host's build; hyper-v isolation for any older image. Source: version-compatibility page of the Windows container
     * documentation, and the same rule in containerd and hcsshim.
     *
     * @param image null when the image does not say its version; then process isolation is tried first
     * @throws EngineException of kind OS_VERSION_UNRESOLVED when the two cannot go together
     */
    static IsolationChoice choose(RunRequest.Isolation wanted, WindowsVersion host, WindowsVersion image) {
        if (image != null && isNewer(image, host)) {
            throw new EngineException(ErrorKind.OS_VERSION_UNRESOLVED,
                    "the base image is for Windows " + image + ", which is newer than this host, " + host,
                    "Use a base image tag of this host's version or an older one, or build on a newer Windows.", null);
        }
        boolean process = image == null || fitsProcess(image, host);
        return switch (wanted) {
            case HYPERV -> new IsolationChoice(true, false);
            case AUTO -> new IsolationChoice(!process, process);
            case PROCESS -> {
                if (!process) {
                    throw new EngineException(ErrorKind.OS_VERSION_UNRESOLVED,
                            "the base image is for Windows " + image + " and cannot run in process isolation on this host, "
                                    + host,
                            "Use a base image tag of this host's version, or --isolation hyperv.", null);
                }
                yield new IsolationChoice(false, false);
            }
        };
    }

    private static boolean isNewer(WindowsVersion image, WindowsVersion host) {
        if (image.major() != host.major()) {
            return image.major() > host.major();
        }
        return image.minor() != host.minor() ? image.minor() > host.minor() : image.build() > host.build();
    }

    private static boolean fitsProcess(WindowsVersion image, WindowsVersion host) {
        if (image.major() != host.major() || image.minor() != host.minor()) {
            return false;
        }
        return image.build() == host.build()
                || host.build() >= WindowsVersion.SERVER_2022 && image.build() >= WindowsVersion.SERVER_2022;
    }
}
