package io.jenkins.plugins.windowsimage.engine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;

/** A directory for one test, with a store in it, and the means to fill it. */
final class Sandbox extends ExternalResource {
    /** The Windows version of {@link #base()}. */
    static final String BASE_VERSION = "10.0.20348.2227";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final TemporaryFolder folder;
    private final String root;

    Sandbox() {
        this(new TemporaryFolder(), "root");
    }

    private Sandbox(TemporaryFolder folder, String root) {
        this.folder = folder;
        this.root = root;
    }

    /** The same directory with another store, as a second machine has one. */
    Sandbox withStore(String name) {
        return new Sandbox(folder, name);
    }

    @Override
    protected void before() throws IOException {
        folder.create();
    }

    @Override
    protected void after() {
        folder.delete();
    }

    /** The project, with its documents and examples. */
    static Path project() {
        return Path.of(System.getProperty("project.root", ".")).toAbsolutePath().normalize();
    }

    /** The small base image of the examples, an OCI layout. */
    static Path base() {
        return project().resolve("docs").resolve("examples").resolve("base");
    }

    /** The option that makes {@code FROM base} mean {@link #base()}. */
    static String baseContext() {
        return "--build-context=base=oci-layout://" + base();
    }

    Path path(String name) {
        return folder.getRoot().toPath().resolve(name);
    }

    /** The root of the store. */
    Path root() {
        return path(root);
    }

    /** Writes a file, and the directories above it. */
    Path file(String name, String content) throws IOException {
        Path file = path(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    /**
     * Writes a build context.
     *
     * @param files names and contents in turn
     */
    Path context(String name, String dockerfile, String... files) throws IOException {
        file(name + "/Dockerfile", dockerfile);
        for (int i = 0; i < files.length; i += 2) {
            file(name + "/" + files[i], files[i + 1]);
        }
        return path(name);
    }

    /** Runs a command on the store, which must succeed. */
    CommandLineRun ok(String command, Object... arguments) {
        return CommandLineRun.ok(arguments(command, arguments));
    }

    /** Runs a command on the store. */
    CommandLineRun run(String command, Object... arguments) {
        return CommandLineRun.of(arguments(command, arguments));
    }

    /** The command, the store, and then the arguments. */
    Object[] arguments(String command, Object... arguments) {
        List<Object> all = new ArrayList<>(List.of(command.split(" ")));
        all.addAll(List.of("--root", root()));
        all.addAll(List.of(arguments));
        return all.toArray();
    }

    /** Builds with the base image of the examples and returns what the result file says. */
    JsonNode build(Object... arguments) throws IOException {
        Path result = path("result.json");
        List<Object> all = new ArrayList<>(List.of("--metadata-file", result, baseContext()));
        all.addAll(List.of(arguments));
        ok("build", all.toArray());
        return json(result);
    }

    /** Builds a context with the base image of the examples and returns the files that a container of the image would see. */
    OciTree tree(Object... arguments) throws IOException {
        Path layout = Files.createTempDirectory(folder.getRoot().toPath(), "tree").resolve("layout");
        List<Object> all = new ArrayList<>(List.of("--output", "type=oci,dest=" + layout));
        all.addAll(List.of(arguments));
        build(all.toArray());
        return new OciTree(layout);
    }

    static JsonNode json(Path file) throws IOException {
        return JSON.readTree(file.toFile());
    }

    static JsonNode json(String text) throws IOException {
        return JSON.readTree(text);
    }

    static JsonNode json(byte[] text) throws IOException {
        return JSON.readTree(text);
    }

    /** Everything below a directory, as paths relative to it. */
    static List<String> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> !file.equals(directory)).map(file -> directory.relativize(file).toString()).sorted().toList();
        }
    }
}
