package io.jenkins.plugins.windowsimage.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import edu.umd.cs.findbugs.annotations.Nullable;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Kind;
import io.jenkins.plugins.windowsimage.agent.EngineArguments;
import io.jenkins.plugins.windowsimage.config.BuildSecret;
import io.jenkins.plugins.windowsimage.config.Registry;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A piece of work for the engine, with everything needed to start it, again if need be, but no secret. Immutable; stored with
 * running builds, so fields are never renamed.
 */
final class ImageRequest implements Serializable {
    private static final long serialVersionUID = 1L;

    /** What is done; null for work that makes no image, such as cleaning up. */
    private final Kind kind;

    private final EngineArguments arguments;
    private final ArrayList<String> tags;
    private final ArrayList<Registry> registries;
    private final ArrayList<BuildSecret> secrets;
    private final String metadataFile;
    private final int pushRetries;
    private final boolean quiet;

    ImageRequest(
            Kind kind,
            EngineArguments arguments,
            List<String> tags,
            List<Registry> registries,
            List<BuildSecret> secrets,
            String metadataFile,
            int pushRetries,
            boolean quiet) {
        this.kind = kind;
        this.arguments = arguments;
        this.tags = new ArrayList<>(tags);
        this.registries = new ArrayList<>(registries);
        this.secrets = new ArrayList<>(secrets);
        this.metadataFile = metadataFile;
        this.pushRetries = pushRetries;
        this.quiet = quiet;
    }

    @Nullable
    Kind kind() {
        return kind;
    }

    /** What to tell the engine in this attempt, counted from 0: steps that an earlier one finished are not done again. */
    @NonNull
    EngineArguments arguments(int attempt) {
        return attempt == 0 ? arguments : arguments.without("--no-cache");
    }

    @NonNull
    List<String> tags() {
        return List.copyOf(tags);
    }

    @NonNull
    List<Registry> registries() {
        return List.copyOf(registries);
    }

    @NonNull
    List<BuildSecret> secrets() {
        return List.copyOf(secrets);
    }

    /** Path in the workspace; null for none. */
    @Nullable
    String metadataFile() {
        return metadataFile;
    }

    /** How often a push that failed is tried again. */
    int pushRetries() {
        return pushRetries;
    }

    boolean isQuiet() {
        return quiet;
    }
}
