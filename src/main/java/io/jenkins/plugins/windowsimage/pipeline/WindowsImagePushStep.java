package io.jenkins.plugins.windowsimage.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.FilePath;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Kind;
import io.jenkins.plugins.windowsimage.agent.EngineArguments;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Pushes an image that was built before, under its own name or others; or copies an image from registry to registry. */
public final class WindowsImagePushStep extends ImageResultStep {
    private final String image;
    private String to;
    private int pushRetries = PushRetries.DEFAULT;

    /** @param image name, digest or build id on the agent, or a name in a registry */
    @DataBoundConstructor
    public WindowsImagePushStep(String image) {
        this.image = Util.fixNull(image).trim();
    }

    @NonNull
    public String getImage() {
        return image;
    }

    /** Names to push it as, one a line; null for its own name. */
    @CheckForNull
    public String getTo() {
        return to;
    }

    @DataBoundSetter
    public void setTo(String to) {
        this.to = Util.fixEmptyAndTrim(to);
    }

    public int getPushRetries() {
        return pushRetries;
    }

    @DataBoundSetter
    public void setPushRetries(int pushRetries) {
        this.pushRetries = pushRetries;
    }

    @Override
    ImageRequest request(FilePath workspace) {
        List<String> names = to == null ? List.of() : names("to", KeyValueLines.lines(to));
        List<String> operands = new ArrayList<>();
        operands.add(image(image));
        operands.addAll(names);
        return new ImageRequest(
                Kind.PUSH,
                new EngineArguments(List.of("push"), operands, true, false),
                names,
                getRegistries(),
                List.of(),
                getMetadataFile(),
                PushRetries.checked(pushRetries),
                isQuiet());
    }

    @Extension
    public static final class DescriptorImpl extends ImageStepDescriptor {
        @Override
        public String getFunctionName() {
            return "windowsImagePush";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.WindowsImagePushStep_displayName();
        }

        @Override
        Set<String> listParameters() {
            return Set.of("to");
        }

        public int getDefaultPushRetries() {
            return PushRetries.DEFAULT;
        }

        @POST
        public FormValidation doCheckImage(@AncestorInPath Item item, @QueryParameter String value) {
            return checkImage(item, value);
        }

        @POST
        public FormValidation doCheckTo(@AncestorInPath Item item, @QueryParameter String value) {
            return checkNames(item, value, false);
        }

        @POST
        public FormValidation doCheckPushRetries(@AncestorInPath Item item, @QueryParameter String value) {
            return PushRetries.check(item, value);
        }
    }
}
