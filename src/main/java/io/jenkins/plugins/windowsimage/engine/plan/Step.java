package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.dockerfile.Heredoc;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One step of a stage, everything in it expanded. Immutable. */
public sealed interface Step {

    /** What every step has. */
    StepInfo info();

    /**
     * A command in a container.
     *
     * @param shellForm whether the shell runs it
     * @param args argv: the shell's arguments and the text, or the words of the exec form
     * @param commandLine what Windows is given: in the shell form the text untouched behind the shell's arguments, in the exec
     *     form quoted so that {@code CommandLineToArgvW} gives the words back
     * @param environment variables of the image and arguments of the build, by name
     * @param proxies the proxy variables among the build arguments; given to the command, but part of no history or cache key
     * @param workingDirectory absolute
     * @param user null for that of the image
     * @param shell the shell in force
     * @param network {@code default}, {@code none} or {@code host}
     * @param security {@code sandbox} or {@code insecure}
     * @param devices names of the devices it asks for
     * @param heredocs documents that are already part of the command
     */
    record Run(
            StepInfo info,
            boolean shellForm,
            List<String> args,
            String commandLine,
            Map<String, String> environment,
            Map<String, String> proxies,
            String workingDirectory,
            String user,
            List<String> shell,
            List<PlannedMount> mounts,
            String network,
            String security,
            List<String> devices,
            List<Heredoc> heredocs)
            implements Step {
        public Run {
            args = List.copyOf(args);
            environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
            proxies = Collections.unmodifiableMap(new LinkedHashMap<>(proxies));
            shell = List.copyOf(shell);
            mounts = List.copyOf(mounts);
            devices = List.copyOf(devices);
            heredocs = List.copyOf(heredocs);
        }
    }

    /**
     * COPY or ADD.
     *
     * @param add whether it is ADD
     * @param from as written; empty for the build context
     * @param origin the tree that files come from
     * @param sources in their order: first files and URLs, then documents
     * @param destination absolute, in the form of the image's system; a separator at its end stays
     * @param intoDirectory whether the destination ends with a separator or {@code .}, so that it is a directory
     * @param chown account as written; null for none
     * @param chmod octal or symbolic; null for none
     * @param excludes patterns as those of {@code .dockerignore}, relative to each source
     * @param parents whether the directories of the sources are kept
     * @param link noted only: the layer is the same
     * @param unpack whether local archives are unpacked; for downloads see {@code unpackDownloads}
     * @param unpackDownloads whether downloads are unpacked
     */
    record Copy(
            StepInfo info,
            boolean add,
            String from,
            FileOrigin origin,
            List<CopySource> sources,
            String destination,
            boolean intoDirectory,
            String chown,
            String chmod,
            List<String> excludes,
            boolean parents,
            boolean link,
            boolean unpack,
            boolean unpackDownloads)
            implements Step {
        public Copy {
            sources = List.copyOf(sources);
            excludes = List.copyOf(excludes);
        }
    }

    /**
     * WORKDIR; makes the directory where the step makes a layer.
     *
     * @param directory absolute, in the form of the image's system
     * @param owner the account that owns a new directory; null for the default
     */
    record Workdir(StepInfo info, String directory, String owner) implements Step {}

    /**
     * An instruction that changes the image config alone.
     *
     * @param settings what it sets, by name, in the form of {@code plan --format json}: texts, lists, or a map
     */
    record Metadata(StepInfo info, Map<String, Object> settings) implements Step {
        public Metadata {
            settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        }
    }
}
