package io.jenkins.plugins.windowsimage.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Item;
import jenkins.model.Jenkins;

/** Who gets answers from form validation: those who may configure the job, or Jenkins where there is no job. */
public final class Permissions {
    private Permissions() {}

    public static boolean mayConfigure(@CheckForNull Item item) {
        return item == null ? Jenkins.get().hasPermission(Jenkins.ADMINISTER) : item.hasPermission(Item.CONFIGURE);
    }
}
