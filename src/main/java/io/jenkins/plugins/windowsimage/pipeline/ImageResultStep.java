package io.jenkins.plugins.windowsimage.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import org.kohsuke.stapler.DataBoundSetter;

/** A step that ends with an image, and can tell steps that follow about it without a script. */
public abstract class ImageResultStep extends ImageStep {
    private String metadataFile;

    /** File in the workspace that is written at the end; null for none. */
    @CheckForNull
    public final String getMetadataFile() {
        return metadataFile;
    }

    @DataBoundSetter
    public final void setMetadataFile(@CheckForNull String metadataFile) {
        this.metadataFile = Util.fixEmptyAndTrim(metadataFile);
    }
}
