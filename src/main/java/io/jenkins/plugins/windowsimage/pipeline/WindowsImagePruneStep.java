package io.jenkins.plugins.windowsimage.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.FilePath;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.windowsimage.agent.EngineArguments;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Removes from the agent what no image with a name needs. */
public final class WindowsImagePruneStep extends ImageStep {
    private String olderThan;
    private String keepStorage;
    private boolean all;

    @DataBoundConstructor
    public WindowsImagePruneStep() {}

    /** Only what was not used for so long, such as {@code 7d}; null for everything. */
    @CheckForNull
    public String getOlderThan() {
        return olderThan;
    }

    @DataBoundSetter
    public void setOlderThan(String olderThan) {
        this.olderThan = Util.fixEmptyAndTrim(olderThan);
    }

    /** Stop when the store is no larger than this, such as {@code 20g}; null for no such limit. */
    @CheckForNull
    public String getKeepStorage() {
        return keepStorage;
    }

    @DataBoundSetter
    public void setKeepStorage(String keepStorage) {
        this.keepStorage = Util.fixEmptyAndTrim(keepStorage);
    }

    /** Whether images with a name go as well. */
    public boolean isAll() {
        return all;
    }

    @DataBoundSetter
    public void setAll(boolean all) {
        this.all = all;
    }

    @Override
    ImageRequest request(FilePath workspace) {
        List<String> options = new ArrayList<>();
        if (olderThan != null) {
            options.add("--older-than=" + ParameterForm.OLDER_THAN.checked(olderThan));
        }
        if (keepStorage != null) {
            options.add("--keep-storage=" + ParameterForm.KEEP_STORAGE.checked(keepStorage));
        }
        if (all) {
            options.add("--all");
        }
        return new ImageRequest(
                null,
                new EngineArguments(List.of("prune"), options, false, false),
                List.of(),
                List.of(),
                List.of(),
                null,
                0,
                isQuiet());
    }

    @Extension
    public static final class DescriptorImpl extends ImageStepDescriptor {
        @Override
        public String getFunctionName() {
            return "windowsImagePrune";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.WindowsImagePruneStep_displayName();
        }

        @Override
        Set<String> listParameters() {
            return Set.of();
        }

        @Override
        Set<String> numberParameters() {
            return Set.of("keepStorage");
        }

        @POST
        public FormValidation doCheckOlderThan(@AncestorInPath Item item, @QueryParameter String value) {
            return ParameterForm.OLDER_THAN.check(item, value);
        }

        @POST
        public FormValidation doCheckKeepStorage(@AncestorInPath Item item, @QueryParameter String value) {
            return ParameterForm.KEEP_STORAGE.check(item, value);
        }
    }
}
