package io.jenkins.plugins.windowsimage.pipeline;

import com.google.common.collect.ImmutableSet;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import io.jenkins.plugins.windowsimage.config.Permissions;
import io.jenkins.plugins.windowsimage.config.Registry;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jenkinsci.plugins.structs.describable.CustomDescribableModel;
import org.jenkinsci.plugins.structs.describable.UninstantiatedDescribable;
import org.jenkinsci.plugins.workflow.actions.LabelAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundSetter;

/** What all steps of this plugin have in common: they make a request of their parameters and have the engine do it on the agent. */
public abstract class ImageStep extends Step {
    private static final int LONGEST_LABEL = 100;

    private List<Registry> registries = List.of();
    private String label;
    private boolean quiet;

    /** Registries with their credentials. */
    @NonNull
    public final List<Registry> getRegistries() {
        return registries;
    }

    @DataBoundSetter
    public final void setRegistries(@CheckForNull List<Registry> registries) {
        this.registries = registries == null ? List.of() : List.copyOf(registries);
    }

    /** What the step is called where the build is shown; null for its usual name. */
    @CheckForNull
    public final String getLabel() {
        return label;
    }

    @DataBoundSetter
    public final void setLabel(@CheckForNull String label) {
        this.label = Util.fixEmptyAndTrim(label);
    }

    /** Whether the engine's output is kept from the log of the build. */
    public final boolean isQuiet() {
        return quiet;
    }

    @DataBoundSetter
    public final void setQuiet(boolean quiet) {
        this.quiet = quiet;
    }

    /**
     * The work to do in this workspace.
     *
     * @throws IllegalArgumentException saying what is wrong with a parameter
     */
    @NonNull
    abstract ImageRequest request(@NonNull FilePath workspace);

    @Override
    public final StepExecution start(StepContext context) throws Exception {
        if (label != null) {
            String shown = label.length() > LONGEST_LABEL ? label.substring(0, LONGEST_LABEL) : label;
            context.get(FlowNode.class).addAction(new LabelAction(shown));
        }
        return new ImageStepExecution(context, checkedRequest(context.get(FilePath.class)));
    }

    /** @throws AbortException saying what is wrong with a parameter */
    final ImageRequest checkedRequest(FilePath workspace) throws AbortException {
        try {
            registries.forEach(Registry::host);
            return request(workspace);
        } catch (IllegalArgumentException e) {
            throw (AbortException) new AbortException(e.getMessage()).initCause(e);
        }
    }

    /** The names in full, each checked. */
    static List<String> names(String parameter, List<String> names) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException(Messages.ImageStep_missing(parameter));
        }
        return names.stream().map(name -> name(name).toString()).toList();
    }

    /** A name without digest, to be given to an image. */
    static ImageReference name(String text) {
        ImageReference reference = ImageReference.parse(text);
        if (reference.digest() != null) {
            throw new IllegalArgumentException(Messages.ImageStep_digest(text));
        }
        return reference;
    }

    /** What stands for an image that exists already: a name, a digest, or a build id. */
    static String image(String text) {
        String image = Util.fixEmptyAndTrim(text);
        if (image == null) {
            throw new IllegalArgumentException(Messages.ImageStep_missing("image"));
        }
        if (!image.startsWith("sha256:")) {
            ImageReference.parse(image);
        }
        return image;
    }

    /** What the descriptors of all steps have in common. */
    public abstract static class ImageStepDescriptor extends StepDescriptor implements CustomDescribableModel {
        /** Parameters that scripts write as a list and forms as lines. */
        abstract Set<String> listParameters();

        /** Parameters that scripts write as a map and forms as lines {@code KEY=value}. */
        Set<String> mapParameters() {
            return Set.of();
        }

        /** Parameters that scripts may write as a number although they are text. */
        Set<String> numberParameters() {
            return Set.of();
        }

        @Override
        public final Set<? extends Class<?>> getRequiredContext() {
            return ImmutableSet.of(
                    Run.class, FilePath.class, Launcher.class, EnvVars.class, TaskListener.class, FlowNode.class);
        }

        @NonNull
        @Override
        public final Map<String, Object> customInstantiate(@NonNull Map<String, Object> arguments) {
            Map<String, Object> all = new TreeMap<>(arguments);
            all.replaceAll((name, value) -> isLines(name) || numberParameters().contains(name)
                    ? KeyValueLines.toText(name, value)
                    : value);
            return all;
        }

        @NonNull
        @Override
        public final UninstantiatedDescribable customUninstantiate(@NonNull UninstantiatedDescribable step) {
            Map<String, Object> all = new TreeMap<>(step.getArguments());
            all.replaceAll((name, value) -> {
                if (value instanceof String text && isLines(name)) {
                    return mapParameters().contains(name)
                            ? KeyValueLines.toMap(text)
                            : new ArrayList<>(KeyValueLines.lines(text));
                }
                return value;
            });
            return step.withArguments(all);
        }

        private boolean isLines(String name) {
            return listParameters().contains(name) || mapParameters().contains(name);
        }

        static FormValidation checkNames(Item item, String value, boolean needed) {
            if (!Permissions.mayConfigure(item)) {
                return FormValidation.ok();
            }
            List<String> names = KeyValueLines.lines(value);
            if (names.isEmpty() && needed) {
                return FormValidation.error(Messages.ImageStep_oneName());
            }
            for (String text : names) {
                try {
                    name(text);
                } catch (IllegalArgumentException e) {
                    if (!text.contains("$")) {
                        return FormValidation.error(e.getMessage());
                    }
                }
            }
            return FormValidation.ok();
        }

        static FormValidation checkImage(Item item, String value) {
            if (Permissions.mayConfigure(item) && !value.contains("$")) {
                try {
                    image(value);
                } catch (IllegalArgumentException e) {
                    return FormValidation.error(e.getMessage());
                }
            }
            return FormValidation.ok();
        }

        static String first(String lines, String otherwise) {
            List<String> all = KeyValueLines.lines(lines);
            return all.isEmpty() ? otherwise : all.get(0);
        }
    }
}
