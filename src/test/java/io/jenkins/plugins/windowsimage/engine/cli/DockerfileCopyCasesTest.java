package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.Assume;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/** Carries out the copy cases whose outcome BuildKit gave, and compares the files of the image. */
@RunWith(Parameterized.class)
public class DockerfileCopyCasesTest {
    private static final Path CASES = Path.of(System.getProperty("project.root", "."), "..", "shared", "dockerfile-cases");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern FROM = Pattern.compile("(?im)^FROM\\s+(?:--\\S+\\s+)?(\\S+)");

    private static final Set<String> LINKS =
            Set.of("E07/link", "E31/dir4/file-402.txt", "E31/dir4/file-403.txt", "E33/dir4/file-402.txt", "E33/dir4/file-403.txt");

    @ClassRule
    public static final TemporaryFolder BASE = new TemporaryFolder();

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    private final String id;

    public DockerfileCopyCasesTest(String id) {
        this.id = id;
    }

    @Parameterized.Parameters(name = "{0}")
    public static List<String> cases() throws IOException {
        List<String> ids = new ArrayList<>();
        if (Files.isDirectory(CASES)) {
            try (Stream<Path> folders = Files.list(CASES)) {
                for (Path folder : folders.sorted().toList()) {
                    Path description = folder.resolve("case.json");
                    if (Files.exists(description)
                            && JSON.readTree(description.toFile()).get("kind").asText().equals("exec")) {
                        ids.add(folder.getFileName().toString());
                    }
                }
            }
        }
        return ids.isEmpty() ? List.of("none") : ids;
    }

    @Test
    public void makes_the_files_that_buildkit_makes() throws IOException {
        Assume.assumeFalse("the cases of shared/dockerfile-cases are not beside the project", id.equals("none"));
        Path folder = CASES.resolve(id);
        JsonNode expected = JSON.readTree(folder.resolve("expected.json").toFile());
        Path out = temporary.getRoot().toPath().resolve("out");
        CommandLineRun run = CommandLineRun.of(arguments(folder, out).toArray());
        if (expected.has("error")) {
            assertNotEquals(run.out(), 0, run.code());
            assertTrue(run.err(), run.err().contains("no such file") || run.err().contains("not found"));
            return;
        }
        assertEquals(run.err(), 0, run.code());
        assertEquals(expectedFiles(expected.get("tree")), actualFiles(new OciTree(out).files(), expected.get("tree")));
    }

    private List<Object> arguments(Path folder, Path out) throws IOException {
        JsonNode description = JSON.readTree(folder.resolve("case.json").toFile());
        List<Object> arguments = new ArrayList<>(List.of("build", "--root", temporary.newFolder("root"),
                "-f", folder.resolve("Dockerfile"), "-o", "type=oci,dest=" + out));
        description.get("args").forEach(argument -> arguments.addAll(List.of("--build-arg", argument.asText())));
        if (!description.get("target").asText().isEmpty()) {
            arguments.addAll(List.of("--target", description.get("target").asText()));
        }
        Matcher from = FROM.matcher(Files.readString(folder.resolve("Dockerfile")));
        Set<String> bases = new TreeSet<>();
        while (from.find()) {
            bases.add(from.group(1));
        }
        for (String base : bases) {
            if (!base.equals("scratch")) {
                arguments.addAll(List.of("--build-context", base + "=oci-layout://" + emptyBase()));
            }
        }
        arguments.add(context(folder));
        return arguments;
    }

    /** A copy of the case's context. Where the cases are handed on without links, a link is a file that holds its target. */
    private Path context(Path folder) throws IOException {
        Path copy = temporary.newFolder("context").toPath();
        Path original = folder.resolve("context");
        if (!Files.isDirectory(original)) {
            return copy;
        }
        try (Stream<Path> files = Files.walk(original)) {
            for (Path file : files.toList()) {
                Path target = copy.resolve(original.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (LINKS.contains(id + "/" + original.relativize(file)) && !Files.isSymbolicLink(file)) {
                    Files.createSymbolicLink(target, Path.of(Files.readString(file)));
                } else {
                    Files.copy(file, target, LinkOption.NOFOLLOW_LINKS);
                }
            }
        }
        return copy;
    }

    private static synchronized Path emptyBase() throws IOException {
        Path layout = BASE.getRoot().toPath().resolve("base");
        if (!Files.exists(layout)) {
            Path context = BASE.newFolder("base-context").toPath();
            Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCMD [\"cmd\"]\n");
            CommandLineRun.ok("build", "--root", BASE.newFolder("base-root"), "--os-version", "10.0.20348.2227",
                    "-o", "type=oci,dest=" + layout, context);
        }
        return layout;
    }

    private static Map<String, String> expectedFiles(JsonNode tree) {
        Map<String, String> files = new TreeMap<>();
        tree.fields().forEachRemaining(field -> files.put(field.getKey(), expectedContent(field.getValue().asText())));
        return files;
    }

    /** Modes mean nothing on Windows. */
    private static String expectedContent(String described) {
        if (described.startsWith("dir ")) {
            return "dir";
        }
        if (described.startsWith("-> ")) {
            return described;
        }
        String quoted = described.replaceFirst("^file [0-7]+ ", "");
        Matcher hex = Pattern.compile("\\\\x([0-9a-f]{2})").matcher(quoted);
        String json = hex.replaceAll("\\\\u00$1".replace("\\u", "\\\\u").replace("\\\\\\", "\\\\"));
        try {
            return JSON.readTree(json).asText();
        } catch (IOException e) {
            throw new AssertionError(quoted, e);
        }
    }

    /** Contents that the case gives as a digest only are compared as one. */
    private static Map<String, String> actualFiles(Map<String, String> files, JsonNode tree) {
        Map<String, String> actual = new TreeMap<>();
        files.forEach((path, content) -> {
            boolean digest = tree.has(path) && tree.get(path).asText().contains("\"sha256:");
            byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
            actual.put(path, digest ? OciTree.sha256(bytes) : content);
        });
        return actual;
    }
}
