package io.jenkins.plugins.windowsimage.pipeline;

import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.windowsimage.config.Permissions;

/** How often a push that failed is tried again. */
final class PushRetries {
    static final int DEFAULT = 2;
    private static final int MOST = 10;

    private PushRetries() {}

    /** @throws IllegalArgumentException if it is out of range */
    static int checked(int pushRetries) {
        if (pushRetries < 0 || pushRetries > MOST) {
            throw new IllegalArgumentException(Messages.PushRetries_range(MOST));
        }
        return pushRetries;
    }

    static FormValidation check(Item item, String value) {
        return Permissions.mayConfigure(item)
                ? FormValidation.validateIntegerInRange(value, 0, MOST)
                : FormValidation.ok();
    }
}
