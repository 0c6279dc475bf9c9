package io.jenkins.plugins.windowsimage.pipeline;

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

/** Gives an image further names, on the agent and, if asked, in the registry. */
public final class WindowsImageTagStep extends ImageResultStep {
    private final String image;
    private final String tags;
    private boolean push;

    /**
     * @param image name, digest or build id on the agent, or a name in a registry
     * @param tags the names, one a line
     */
    @DataBoundConstructor
    public WindowsImageTagStep(String image, String tags) {
        this.image = Util.fixNull(image).trim();
        this.tags = Util.fixNull(tags).trim();
    }

    @NonNull
    public String getImage() {
        return image;
    }

    @NonNull
    public String getTags() {
        return tags;
    }

    public boolean isPush() {
        return push;
    }

    @DataBoundSetter
    public void setPush(boolean push) {
        this.push = push;
    }

    @Override
    ImageRequest request(FilePath workspace) {
        List<String> names = names("tags", KeyValueLines.lines(tags));
        List<String> words = new ArrayList<>();
        if (push) {
            words.add("--push");
        }
        words.add(image(image));
        words.addAll(names);
        return new ImageRequest(
                Kind.TAG,
                new EngineArguments(List.of("tag"), words, true, false),
                names,
                getRegistries(),
                List.of(),
                getMetadataFile(),
                0,
                isQuiet());
    }

    @Extension
    public static final class DescriptorImpl extends ImageStepDescriptor {
        @Override
        public String getFunctionName() {
            return "windowsImageTag";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.WindowsImageTagStep_displayName();
        }

        @Override
        Set<String> listParameters() {
            return Set.of("tags");
        }

        @POST
        public FormValidation doCheckImage(@AncestorInPath Item item, @QueryParameter String value) {
            return checkImage(item, value);
        }

        @POST
        public FormValidation doCheckTags(@AncestorInPath Item item, @QueryParameter String value) {
            return checkNames(item, value, true);
        }
    }
}
