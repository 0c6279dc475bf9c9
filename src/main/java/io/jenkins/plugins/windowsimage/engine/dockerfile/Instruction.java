package io.jenkins.plugins.windowsimage.engine.dockerfile;

import io.jenkins.plugins.windowsimage.engine.image.Healthcheck;
import java.util.List;

/**
 * One instruction of a Dockerfile, as written: nothing is expanded yet. Texts that are not given are empty, unless null is
 * mentioned. Immutable.
 */
public sealed interface Instruction {

    /** Where it stands. */
    Source source();

    /** The keyword in upper case. */
    default String name() {
        return source().keyword().toUpperCase(java.util.Locale.ROOT);
    }

    /**
     * The arguments of an instruction that runs something.
     *
     * @param words of the JSON form; one element, the whole text, in the shell form; none when nothing is given
     * @param shell whether it is the shell form
     * @param heredocs documents that the text refers to
     */
    record Command(List<String> words, boolean shell, List<Heredoc> heredocs) {
        public Command {
            words = List.copyOf(words);
            heredocs = List.copyOf(heredocs);
        }

        /** Whether the text is nothing but the announcement of a heredoc. */
        public boolean isHeredoc() {
            return shell && words.size() == 1 && Heredoc.ofWord(words.get(0)).isPresent();
        }
    }

    /**
     * The files of COPY and ADD.
     *
     * @param paths sources that are files, URLs or repositories
     * @param documents sources that are written into the Dockerfile
     */
    record Files(List<String> paths, List<Heredoc> documents, String destination) {
        public Files {
            paths = List.copyOf(paths);
            documents = List.copyOf(documents);
        }
    }

    /**
     * @param image what the stage starts from
     * @param stage its name in lower case; empty for none
     * @param platform the flag's value
     */
    record From(Source source, String image, String stage, String platform) implements Instruction {}

    /**
     * @param mounts values of the {@code --mount} flags; their variables are expanded before they are read
     * @param network {@code default}, {@code none} or {@code host}
     * @param security {@code sandbox} or {@code insecure}
     * @param devices values of the {@code --device} flags
     */
    record Run(
            Source source,
            Command command,
            List<MountFlag> mounts,
            String network,
            String security,
            List<Device> devices)
            implements Instruction {
        public Run {
            mounts = List.copyOf(mounts);
            devices = List.copyOf(devices);
        }
    }

    record Cmd(Source source, Command command) implements Instruction {}

    record Entrypoint(Source source, Command command) implements Instruction {}

    record Shell(Source source, List<String> words) implements Instruction {
        public Shell {
            words = List.copyOf(words);
        }
    }

    record HealthCheck(Source source, Healthcheck healthcheck) implements Instruction {}

    record Env(Source source, List<KeyValue> pairs) implements Instruction {
        public Env {
            pairs = List.copyOf(pairs);
        }
    }

    record Label(Source source, List<KeyValue> pairs) implements Instruction {
        public Label {
            pairs = List.copyOf(pairs);
        }
    }

    record Arg(Source source, List<Definition> definitions) implements Instruction {
        public Arg {
            definitions = List.copyOf(definitions);
        }

        /**
         * @param value the default; null when there is none
         */
        public record Definition(String name, String value) {}
    }

    /**
     * @param from stage, number of a stage, image or named context; empty for the build context
     */
    record Copy(
            Source source,
            Files files,
            String from,
            String chown,
            String chmod,
            boolean link,
            boolean parents,
            List<String> excludes)
            implements Instruction {
        public Copy {
            excludes = List.copyOf(excludes);
        }
    }

    /**
     * @param keepGitDir null when not given
     * @param unpack null when not given: local archives are unpacked, downloads are not
     */
    record Add(
            Source source,
            Files files,
            String chown,
            String chmod,
            boolean link,
            Boolean keepGitDir,
            String checksum,
            Boolean unpack,
            List<String> excludes)
            implements Instruction {
        public Add {
            excludes = List.copyOf(excludes);
        }
    }

    record Workdir(Source source, String path) implements Instruction {}

    record User(Source source, String user) implements Instruction {}

    record Volume(Source source, List<String> paths) implements Instruction {
        public Volume {
            paths = List.copyOf(paths);
        }
    }

    record Expose(Source source, List<String> ports) implements Instruction {
        public Expose {
            ports = List.copyOf(ports);
        }
    }

    record StopSignal(Source source, String signal) implements Instruction {}

    record Maintainer(Source source, String author) implements Instruction {}

    /**
     * @param trigger the instruction for images built on this one, heredocs included
     */
    record OnBuild(Source source, String trigger) implements Instruction {}
}
