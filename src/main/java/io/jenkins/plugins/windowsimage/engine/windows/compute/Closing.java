package io.jenkins.plugins.windowsimage.engine.windows.compute;

import java.lang.System.Logger.Level;

/** Releases after which nothing can be done about a failure but to report it. */
final class Closing {
    private static final System.Logger LOG = System.getLogger(Closing.class.getName());

    private Closing() {}

    /** Runs all the steps; what fails is attached to the failure that they follow. */
    static void afterFailure(Throwable failure, Runnable... steps) {
        for (Runnable step : steps) {
            try {
                step.run();
            } catch (RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
    }

    /** Runs a step; what fails is logged. Returns whether it succeeded. */
    static boolean quietly(Runnable step) {
        try {
            step.run();
            return true;
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, e.getMessage());
            return false;
        }
    }
}
