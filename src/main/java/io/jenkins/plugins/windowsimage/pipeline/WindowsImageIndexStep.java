package io.jenkins.plugins.windowsimage.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.FilePath;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Kind;
import io.jenkins.plugins.windowsimage.agent.EngineArguments;
import io.jenkins.plugins.windowsimage.config.Permissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Puts several images, for several Windows versions or architectures, under one name. */
public final class WindowsImageIndexStep extends ImageResultStep {
    private final String name;
    private final String images;
    private boolean push;

    /**
     * @param name of the index
     * @param images what it lists, one a line
     */
    @DataBoundConstructor
    public WindowsImageIndexStep(String name, String images) {
        this.name = Util.fixNull(name).trim();
        this.images = Util.fixNull(images).trim();
    }

    @NonNull
    public String getName() {
        return name;
    }

    @NonNull
    public String getImages() {
        return images;
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
        List<String> names = names("name", KeyValueLines.lines(name));
        List<String> parts = KeyValueLines.lines(images);
        if (parts.isEmpty()) {
            throw new IllegalArgumentException(Messages.ImageStep_missing("images"));
        }
        List<String> words = new ArrayList<>();
        if (push) {
            words.add("--push");
        }
        words.addAll(names.subList(0, 1));
        parts.forEach(part -> words.add(image(part)));
        return new ImageRequest(
                Kind.INDEX,
                new EngineArguments(List.of("index", "create"), words, true, false),
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
            return "windowsImageIndex";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.WindowsImageIndexStep_displayName();
        }

        @Override
        Set<String> listParameters() {
            return Set.of("images");
        }

        @POST
        public FormValidation doCheckName(@AncestorInPath Item item, @QueryParameter String value) {
            return checkNames(item, value, true);
        }

        @POST
        public FormValidation doCheckImages(@AncestorInPath Item item, @QueryParameter String value) {
            if (!Permissions.mayConfigure(item)) {
                return FormValidation.ok();
            }
            List<String> parts = KeyValueLines.lines(value);
            return parts.isEmpty()
                    ? FormValidation.error(Messages.ImageStep_oneName())
                    : parts.stream()
                            .map(part -> checkImage(item, part))
                            .filter(check -> check.kind != FormValidation.Kind.OK)
                            .findFirst()
                            .orElse(FormValidation.ok());
        }
    }
}
