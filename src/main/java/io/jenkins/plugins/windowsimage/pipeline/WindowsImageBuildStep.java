package io.jenkins.plugins.windowsimage.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.FilePath;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Kind;
import io.jenkins.plugins.windowsimage.agent.EngineArguments;
import io.jenkins.plugins.windowsimage.config.BuildSecret;
import io.jenkins.plugins.windowsimage.config.Permissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Builds an image from a Dockerfile, and pushes it if asked. docs/pipeline.md describes the parameters. */
public final class WindowsImageBuildStep extends ImageResultStep {
    static final String DEFAULT_DOCKERFILE = "Dockerfile";
    static final String DEFAULT_CONTEXT = ".";
    static final String DEFAULT_PULL = "missing";
    static final String DEFAULT_PLATFORM = "windows/amd64";
    static final String DEFAULT_ISOLATION = "auto";
    static final String DEFAULT_COMPRESSION = "gzip";

    private final String tags;
    private String context = DEFAULT_CONTEXT;
    private String dockerfile = DEFAULT_DOCKERFILE;
    private String target;
    private String buildArgs;
    private String labels;
    private List<BuildSecret> secrets = List.of();
    private boolean push;
    private String pull = DEFAULT_PULL;
    private boolean noCache;
    private String cacheFrom;
    private String cacheTo;
    private String platform = DEFAULT_PLATFORM;
    private String osVersion;
    private String isolation = DEFAULT_ISOLATION;
    private String memory;
    private String cpus;
    private String network;
    private String scratchSize;
    private String compression = DEFAULT_COMPRESSION;
    private boolean sbom;
    private boolean provenance;
    private int pushRetries = PushRetries.DEFAULT;

    /** @param tags names for the image, one a line */
    @DataBoundConstructor
    public WindowsImageBuildStep(String tags) {
        this.tags = Util.fixNull(tags).trim();
    }

    @NonNull
    public String getTags() {
        return tags;
    }

    @NonNull
    public String getContext() {
        return context;
    }

    @DataBoundSetter
    public void setContext(String context) {
        this.context = or(context, DEFAULT_CONTEXT);
    }

    @NonNull
    public String getDockerfile() {
        return dockerfile;
    }

    @DataBoundSetter
    public void setDockerfile(String dockerfile) {
        this.dockerfile = or(dockerfile, DEFAULT_DOCKERFILE);
    }

    @CheckForNull
    public String getTarget() {
        return target;
    }

    @DataBoundSetter
    public void setTarget(String target) {
        this.target = Util.fixEmptyAndTrim(target);
    }

    @CheckForNull
    public String getBuildArgs() {
        return buildArgs;
    }

    @DataBoundSetter
    public void setBuildArgs(String buildArgs) {
        this.buildArgs = Util.fixEmptyAndTrim(buildArgs);
    }

    @CheckForNull
    public String getLabels() {
        return labels;
    }

    @DataBoundSetter
    public void setLabels(String labels) {
        this.labels = Util.fixEmptyAndTrim(labels);
    }

    @NonNull
    public List<BuildSecret> getSecrets() {
        return secrets;
    }

    @DataBoundSetter
    public void setSecrets(List<BuildSecret> secrets) {
        this.secrets = secrets == null ? List.of() : List.copyOf(secrets);
    }

    public boolean isPush() {
        return push;
    }

    @DataBoundSetter
    public void setPush(boolean push) {
        this.push = push;
    }

    @NonNull
    public String getPull() {
        return pull;
    }

    @DataBoundSetter
    public void setPull(String pull) {
        this.pull = or(pull, DEFAULT_PULL);
    }

    public boolean isNoCache() {
        return noCache;
    }

    @DataBoundSetter
    public void setNoCache(boolean noCache) {
        this.noCache = noCache;
    }

    @CheckForNull
    public String getCacheFrom() {
        return cacheFrom;
    }

    @DataBoundSetter
    public void setCacheFrom(String cacheFrom) {
        this.cacheFrom = Util.fixEmptyAndTrim(cacheFrom);
    }

    @CheckForNull
    public String getCacheTo() {
        return cacheTo;
    }

    @DataBoundSetter
    public void setCacheTo(String cacheTo) {
        this.cacheTo = Util.fixEmptyAndTrim(cacheTo);
    }

    @NonNull
    public String getPlatform() {
        return platform;
    }

    @DataBoundSetter
    public void setPlatform(String platform) {
        this.platform = or(platform, DEFAULT_PLATFORM);
    }

    /** Windows version to choose from an index of base images, such as {@code 10.0.20348}; null for the agent's own or the newest. */
    @CheckForNull
    public String getOsVersion() {
        return osVersion;
    }

    @DataBoundSetter
    public void setOsVersion(String osVersion) {
        this.osVersion = Util.fixEmptyAndTrim(osVersion);
    }

    @NonNull
    public String getIsolation() {
        return isolation;
    }

    @DataBoundSetter
    public void setIsolation(String isolation) {
        this.isolation = or(isolation, DEFAULT_ISOLATION);
    }

    @CheckForNull
    public String getMemory() {
        return memory;
    }

    @DataBoundSetter
    public void setMemory(String memory) {
        this.memory = Util.fixEmptyAndTrim(memory);
    }

    @CheckForNull
    public String getCpus() {
        return cpus;
    }

    @DataBoundSetter
    public void setCpus(String cpus) {
        this.cpus = Util.fixEmptyAndTrim(cpus);
    }

    @CheckForNull
    public String getNetwork() {
        return network;
    }

    @DataBoundSetter
    public void setNetwork(String network) {
        this.network = Util.fixEmptyAndTrim(network);
    }

    @CheckForNull
    public String getScratchSize() {
        return scratchSize;
    }

    @DataBoundSetter
    public void setScratchSize(String scratchSize) {
        this.scratchSize = Util.fixEmptyAndTrim(scratchSize);
    }

    @NonNull
    public String getCompression() {
        return compression;
    }

    @DataBoundSetter
    public void setCompression(String compression) {
        this.compression = or(compression, DEFAULT_COMPRESSION);
    }

    /** Whether it is stated with the image which software is in it. */
    public boolean isSbom() {
        return sbom;
    }

    @DataBoundSetter
    public void setSbom(boolean sbom) {
        this.sbom = sbom;
    }

    /** Whether it is stated with the image how it was made. */
    public boolean isProvenance() {
        return provenance;
    }

    @DataBoundSetter
    public void setProvenance(boolean provenance) {
        this.provenance = provenance;
    }

    public int getPushRetries() {
        return pushRetries;
    }

    @DataBoundSetter
    public void setPushRetries(int pushRetries) {
        this.pushRetries = pushRetries;
    }

    private static String or(String value, String otherwise) {
        String trimmed = Util.fixEmptyAndTrim(value);
        return trimmed == null ? otherwise : trimmed;
    }

    /** The same step with variables in its values replaced, for jobs that have no script to do so. */
    @NonNull
    public WindowsImageBuildStep expanded(@NonNull UnaryOperator<String> expansion) {
        UnaryOperator<String> optional = value -> value == null ? null : expansion.apply(value);
        WindowsImageBuildStep step = new WindowsImageBuildStep(expansion.apply(tags));
        step.setRegistries(getRegistries().stream()
                .map(registry -> registry.expanded(expansion))
                .toList());
        step.setLabel(optional.apply(getLabel()));
        step.setQuiet(isQuiet());
        step.setContext(expansion.apply(context));
        step.setDockerfile(expansion.apply(dockerfile));
        step.setTarget(optional.apply(target));
        step.setBuildArgs(optional.apply(buildArgs));
        step.setLabels(optional.apply(labels));
        step.setSecrets(
                secrets.stream().map(secret -> secret.expanded(expansion)).toList());
        step.setPush(push);
        step.setPull(expansion.apply(pull));
        step.setNoCache(noCache);
        step.setCacheFrom(optional.apply(cacheFrom));
        step.setCacheTo(optional.apply(cacheTo));
        step.setPlatform(expansion.apply(platform));
        step.setOsVersion(optional.apply(osVersion));
        step.setIsolation(expansion.apply(isolation));
        step.setMemory(optional.apply(memory));
        step.setCpus(optional.apply(cpus));
        step.setNetwork(optional.apply(network));
        step.setScratchSize(optional.apply(scratchSize));
        step.setCompression(expansion.apply(compression));
        step.setSbom(sbom);
        step.setProvenance(provenance);
        step.setPushRetries(pushRetries);
        step.setMetadataFile(optional.apply(getMetadataFile()));
        return step;
    }

    @Override
    ImageRequest request(FilePath workspace) {
        List<String> names = names("tags", KeyValueLines.lines(tags));
        secrets.forEach(BuildSecret::validate);
        return new ImageRequest(
                Kind.BUILD,
                new EngineArguments(List.of("build"), new BuildArguments(this, names, workspace).all(), true, true),
                names,
                getRegistries(),
                secrets,
                getMetadataFile(),
                PushRetries.checked(pushRetries),
                isQuiet());
    }

    @Extension
    public static final class DescriptorImpl extends ImageStepDescriptor {
        private static final Pattern SECRET_NAME =
                Pattern.compile(".*(password|passwd|secret|token|api_?key|credential).*", Pattern.CASE_INSENSITIVE);

        @Override
        public String getFunctionName() {
            return "windowsImageBuild";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.WindowsImageBuildStep_displayName();
        }

        @Override
        public String argumentsToString(@NonNull Map<String, Object> namedArgs) {
            Object tags = KeyValueLines.toText("tags", namedArgs.get("tags"));
            return tags instanceof String lines ? first(lines, null) : null;
        }

        @Override
        Set<String> listParameters() {
            return Set.of("tags", "cacheFrom", "cacheTo");
        }

        @Override
        Set<String> mapParameters() {
            return Set.of("buildArgs", "labels");
        }

        @Override
        Set<String> numberParameters() {
            return Set.of("memory", "cpus", "scratchSize");
        }

        public String getDefaultContext() {
            return DEFAULT_CONTEXT;
        }

        public String getDefaultDockerfile() {
            return DEFAULT_DOCKERFILE;
        }

        public String getDefaultPlatform() {
            return DEFAULT_PLATFORM;
        }

        public int getDefaultPushRetries() {
            return PushRetries.DEFAULT;
        }

        @POST
        public ListBoxModel doFillPullItems() {
            return new ListBoxModel(
                    new ListBoxModel.Option(Messages.WindowsImageBuildStep_pullMissing(), "missing"),
                    new ListBoxModel.Option(Messages.WindowsImageBuildStep_pullAlways(), "always"),
                    new ListBoxModel.Option(Messages.WindowsImageBuildStep_pullNever(), "never"));
        }

        @POST
        public ListBoxModel doFillIsolationItems() {
            return new ListBoxModel(
                    new ListBoxModel.Option(Messages.WindowsImageBuildStep_isolationAuto(), "auto"),
                    new ListBoxModel.Option(Messages.WindowsImageBuildStep_isolationProcess(), "process"),
                    new ListBoxModel.Option(Messages.WindowsImageBuildStep_isolationHyperv(), "hyperv"));
        }

        @POST
        public ListBoxModel doFillCompressionItems() {
            return new ListBoxModel(new ListBoxModel.Option("gzip"), new ListBoxModel.Option("zstd"));
        }

        @POST
        public FormValidation doCheckTags(@AncestorInPath Item item, @QueryParameter String value) {
            return checkNames(item, value, true);
        }

        @POST
        public FormValidation doCheckBuildArgs(@AncestorInPath Item item, @QueryParameter String value) {
            if (!Permissions.mayConfigure(item)) {
                return FormValidation.ok();
            }
            for (String line : KeyValueLines.lines(value)) {
                if (!ParameterForm.BUILD_ARGUMENT.fits(line)) {
                    return FormValidation.error(Messages.WindowsImageBuildStep_noKeyValue(line));
                }
                if (SECRET_NAME.matcher(line.replaceFirst("=.*", "")).matches()) {
                    return FormValidation.warning(Messages.WindowsImageBuildStep_secretArgument());
                }
            }
            return FormValidation.ok();
        }

        @POST
        public FormValidation doCheckLabels(@AncestorInPath Item item, @QueryParameter String value) {
            if (!Permissions.mayConfigure(item)) {
                return FormValidation.ok();
            }
            return KeyValueLines.lines(value).stream()
                    .filter(line -> line.indexOf('=') <= 0)
                    .findFirst()
                    .map(line -> FormValidation.error(Messages.WindowsImageBuildStep_noKeyValue(line)))
                    .orElse(FormValidation.ok());
        }

        @POST
        public FormValidation doCheckMemory(@AncestorInPath Item item, @QueryParameter String value) {
            return ParameterForm.MEMORY.check(item, value);
        }

        @POST
        public FormValidation doCheckScratchSize(@AncestorInPath Item item, @QueryParameter String value) {
            return ParameterForm.SCRATCH_SIZE.check(item, value);
        }

        @POST
        public FormValidation doCheckCpus(@AncestorInPath Item item, @QueryParameter String value) {
            return ParameterForm.CPUS.check(item, value);
        }

        @POST
        public FormValidation doCheckOsVersion(@AncestorInPath Item item, @QueryParameter String value) {
            return ParameterForm.OS_VERSION.check(item, value);
        }

        @POST
        public FormValidation doCheckPushRetries(@AncestorInPath Item item, @QueryParameter String value) {
            return PushRetries.check(item, value);
        }
    }
}
