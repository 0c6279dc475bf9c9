package io.jenkins.plugins.windowsimage.engine.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a container of the image starts (the {@code config} object of the image config). Everything may be null: not set.
 *
 * @param user account the processes run under
 * @param exposedPorts keys such as {@code 80/tcp}
 * @param env {@code NAME=value} in order
 * @param entrypoint first part of the command line
 * @param cmd rest of the command line, or its default
 * @param volumes keys are paths
 * @param workingDir absolute Windows path with its drive letter
 * @param labels free annotations
 * @param stopSignal kept for completeness; Windows knows no signals
 * @param argsEscaped Docker's Windows extension: the first element of the command is already a quoted command line
 * @param healthcheck Docker's extension
 * @param onBuild instructions for the images built on this one
 * @param shell Docker's extension: argv of the shell form
 * @param stopTimeout seconds
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ContainerConfig(
        @JsonProperty("User") String user,
        @JsonProperty("ExposedPorts") SortedMap<String, Map<String, Object>> exposedPorts,
        @JsonProperty("Env") List<String> env,
        @JsonProperty("Entrypoint") List<String> entrypoint,
        @JsonProperty("Cmd") List<String> cmd,
        @JsonProperty("Volumes") SortedMap<String, Map<String, Object>> volumes,
        @JsonProperty("WorkingDir") String workingDir,
        @JsonProperty("Labels") SortedMap<String, String> labels,
        @JsonProperty("StopSignal") String stopSignal,
        @JsonProperty("ArgsEscaped") Boolean argsEscaped,
        @JsonProperty("Healthcheck") Healthcheck healthcheck,
        @JsonProperty("OnBuild") List<String> onBuild,
        @JsonProperty("Shell") List<String> shell,
        @JsonProperty("StopTimeout") Integer stopTimeout) {

    public static final ContainerConfig EMPTY = new Builder().build();

    public ContainerConfig {
        user = set(user);
        workingDir = set(workingDir);
        stopSignal = set(stopSignal);
        exposedPorts = sorted(exposedPorts);
        env = copy(env);
        entrypoint = copy(entrypoint);
        cmd = copy(cmd);
        volumes = sorted(volumes);
        labels = sorted(labels);
        onBuild = copy(onBuild);
        shell = copy(shell);
    }

    /** Docker writes an empty text for what is not set. */
    private static String set(String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static List<String> copy(List<String> list) {
        return list == null ? null : List.copyOf(list);
    }

    private static <V> SortedMap<String, V> sorted(SortedMap<String, V> map) {
        return map == null ? null : Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }

    /** A builder that starts from this config. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.user = user;
        builder.exposedPorts = exposedPorts == null ? new TreeMap<>() : new TreeMap<>(exposedPorts);
        builder.env = env == null ? new ArrayList<>() : new ArrayList<>(env);
        builder.entrypoint = entrypoint;
        builder.cmd = cmd;
        builder.volumes = volumes == null ? new TreeMap<>() : new TreeMap<>(volumes);
        builder.workingDir = workingDir;
        builder.labels = labels == null ? new TreeMap<>() : new TreeMap<>(labels);
        builder.stopSignal = stopSignal;
        builder.argsEscaped = argsEscaped;
        builder.healthcheck = healthcheck;
        builder.onBuild = onBuild == null ? new ArrayList<>() : new ArrayList<>(onBuild);
        builder.shell = shell;
        builder.stopTimeout = stopTimeout;
        return builder;
    }

    /** Collects changes; empty lists and maps become null, so that they are not written. Not thread-safe. */
    public static final class Builder {
        private String user;
        private SortedMap<String, Map<String, Object>> exposedPorts = new TreeMap<>();
        private List<String> env = new ArrayList<>();
        private List<String> entrypoint;
        private List<String> cmd;
        private SortedMap<String, Map<String, Object>> volumes = new TreeMap<>();
        private String workingDir;
        private SortedMap<String, String> labels = new TreeMap<>();
        private String stopSignal;
        private Boolean argsEscaped;
        private Healthcheck healthcheck;
        private List<String> onBuild = new ArrayList<>();
        private List<String> shell;
        private Integer stopTimeout;

        public Builder user(String value) {
            user = value;
            return this;
        }

        public Builder expose(String port) {
            exposedPorts.put(port, Map.of());
            return this;
        }

        /** Sets a variable; on Windows names are equal without regard to case, and the new spelling is kept in the old place. */
        public Builder env(String name, String value) {
            String line = name + "=" + value;
            for (int i = 0; i < env.size(); i++) {
                String old = env.get(i);
                int end = old.indexOf('=');
                if (end >= 0 && old.substring(0, end).equalsIgnoreCase(name)) {
                    env.set(i, line);
                    return this;
                }
            }
            env.add(line);
            return this;
        }

        /** Replaces all variables by these {@code NAME=value} lines. */
        public Builder env(List<String> lines) {
            env = new ArrayList<>(lines);
            return this;
        }

        public Builder entrypoint(List<String> value) {
            entrypoint = value;
            return this;
        }

        public Builder cmd(List<String> value) {
            cmd = value;
            return this;
        }

        public Builder volume(String path) {
            volumes.put(path, Map.of());
            return this;
        }

        public Builder workingDir(String value) {
            workingDir = value;
            return this;
        }

        public Builder label(String key, String value) {
            labels.put(key, value);
            return this;
        }

        public Builder stopSignal(String value) {
            stopSignal = value;
            return this;
        }

        public Builder argsEscaped(Boolean value) {
            argsEscaped = value;
            return this;
        }

        public Builder healthcheck(Healthcheck value) {
            healthcheck = value;
            return this;
        }

        public Builder onBuild(String instruction) {
            onBuild.add(instruction);
            return this;
        }

        public Builder clearOnBuild() {
            onBuild.clear();
            return this;
        }

        public Builder shell(List<String> value) {
            shell = value;
            return this;
        }

        public ContainerConfig build() {
            return new ContainerConfig(
                    user,
                    exposedPorts.isEmpty() ? null : exposedPorts,
                    env.isEmpty() ? null : env,
                    entrypoint,
                    cmd,
                    volumes.isEmpty() ? null : volumes,
                    workingDir,
                    labels.isEmpty() ? null : labels,
                    stopSignal,
                    argsEscaped,
                    healthcheck,
                    onBuild.isEmpty() ? null : onBuild,
                    shell,
                    stopTimeout);
        }
    }
}
