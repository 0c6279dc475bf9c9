package io.jenkins.plugins.windowsimage.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.FilePath;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.windowsimage.agent.EngineArguments;
import io.jenkins.plugins.windowsimage.config.Permissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Removes from the agent what no image with a name needs. */
public final class WindowsImagePruneStep extends ImageStep {
    private static final Pattern DURATION = Pattern.compile("([0-9]+[smhdw])+");
    private static final Pattern SIZE = Pattern.compile("[0-9]+(\\.[0-9]+)?\\s*([kmgtKMGT]?[iI]?[bB]?)");

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
            options.add("--older-than=" + checked("olderThan", olderThan, DURATION));
        }
        if (keepStorage != null) {
            options.add("--keep-storage=" + checked("keepStorage", keepStorage, SIZE));
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

    private static String checked(String parameter, String value, Pattern pattern) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(Messages.WindowsImageBuildStep_form(parameter, value));
        }
        return value;
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
            return check(item, "olderThan", value, DURATION);
        }

        @POST
        public FormValidation doCheckKeepStorage(@AncestorInPath Item item, @QueryParameter String value) {
            return check(item, "keepStorage", value, SIZE);
        }

        private static FormValidation check(Item item, String parameter, String value, Pattern pattern) {
            String text = Util.fixEmptyAndTrim(value);
            return Permissions.mayConfigure(item) && text != null && !pattern.matcher(text).matches()
                    ? FormValidation.error(Messages.WindowsImageBuildStep_form(parameter, text))
                    : FormValidation.ok();
        }
    }
}
