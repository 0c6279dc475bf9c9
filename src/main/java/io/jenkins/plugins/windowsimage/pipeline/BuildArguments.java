package io.jenkins.plugins.windowsimage.pipeline;

import hudson.FilePath;
import io.jenkins.plugins.windowsimage.config.RunCredentials;
import java.util.ArrayList;
import java.util.List;

/** A build step's parameters as options of {@code windows-image build} (docs/command-line.md), each checked. */
final class BuildArguments {
    private static final List<String> PULL = List.of("always", "missing", "never");
    private static final List<String> ISOLATION = List.of("auto", "process", "hyperv");
    private static final List<String> COMPRESSION = List.of("gzip", "zstd");

    private final List<String> options = new ArrayList<>();

    /**
     * @param names of the image, in full
     * @throws IllegalArgumentException saying what is wrong with a parameter
     */
    BuildArguments(WindowsImageBuildStep step, List<String> names, FilePath workspace) {
        FilePath context = workspace.child(step.getContext());
        add("--tag", names);
        add("--file", context.child(step.getDockerfile()).getRemote());
        add("--target", step.getTarget());
        KeyValueLines.lines(step.getBuildArgs()).forEach(line -> add("--build-arg", ParameterForm.BUILD_ARGUMENT.checked(line)));
        add("--label", KeyValueLines.lines(step.getLabels()));
        for (int i = 0; i < step.getSecrets().size(); i++) {
            add("--secret", "id=" + step.getSecrets().get(i).getId() + ",env=" + RunCredentials.variable(i));
        }
        add("--push", step.isPush());
        add("--pull", oneOf("pull", step.getPull(), PULL));
        add("--no-cache", step.isNoCache());
        add("--cache-from", KeyValueLines.lines(step.getCacheFrom()));
        add("--cache-to", KeyValueLines.lines(step.getCacheTo()));
        add("--platform", step.getPlatform());
        add("--os-version", ParameterForm.OS_VERSION.checked(step.getOsVersion()));
        add("--isolation", oneOf("isolation", step.getIsolation(), ISOLATION));
        add("--memory", ParameterForm.MEMORY.checked(step.getMemory()));
        add("--cpus", ParameterForm.CPUS.checked(step.getCpus()));
        add("--network", step.getNetwork());
        add("--scratch-size", ParameterForm.SCRATCH_SIZE.checked(step.getScratchSize()));
        add("--compression", oneOf("compression", step.getCompression(), COMPRESSION));
        add("--sbom", step.isSbom());
        add("--provenance", step.isProvenance());
        add("--progress", "plain");
        options.add(context.getRemote());
    }

    /** Options and the context directory. */
    List<String> all() {
        return List.copyOf(options);
    }

    private void add(String name, boolean wanted) {
        if (wanted) {
            options.add(name);
        }
    }

    private void add(String name, String value) {
        if (value != null) {
            options.add(name + "=" + value);
        }
    }

    private void add(String name, List<String> values) {
        values.forEach(value -> add(name, value));
    }

    private static String oneOf(String parameter, String value, List<String> known) {
        if (!known.contains(value)) {
            throw new IllegalArgumentException(Messages.BuildArguments_oneOf(parameter, String.join(", ", known), value));
        }
        return value;
    }
}
