package io.jenkins.plugins.windowsimage.engine.files;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.Assume;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The copy rules against what BuildKit really did with the same Dockerfiles. */
public class CopyCasesTest {
    @Rule
    public TemporaryFolder folder = new TemporaryFolder();

    private final Path cases = Path.of(System.getProperty("project.root", "."), "..", "shared", "dockerfile-cases");

    @Before
    public void findCases() {
        Assume.assumeTrue("the cases of BuildKit are not at " + cases, Files.isDirectory(cases));
    }

    @Test
    public void copies_as_buildkit_does() throws IOException {
        for (String id : List.of("D15", "D17", "D23", "D27", "D29", "E01", "E07", "E23", "E25", "E27", "E29", "E31", "E33", "E37",
                "E39", "E41", "F01")) {
            assertEquals(id, expected(id), build(id).list());
        }
    }

    @Test
    public void a_missing_plain_source_is_an_error_that_names_it() {
        EngineException missing = assertThrows(EngineException.class, () -> build("E03"));
        assertTrue(missing.getMessage(), missing.getMessage().contains("\"/nosuch\": not found"));
    }

    private Map<String, String> expected(String id) throws IOException {
        Map<String, String> tree = new TreeMap<>();
        JsonNode json = new ObjectMapper().readTree(cases.resolve(id).resolve("expected.json").toFile());
        json.get("tree").fields().forEachRemaining(field -> {
            String what = field.getValue().asText();
            String path = field.getKey().replaceFirst("/$", "");
            if (what.startsWith("dir")) {
                tree.put(path, "/");
            } else {
                tree.put(path, what.startsWith("->") ? what : text(what.substring(what.indexOf('"') + 1, what.length() - 1)));
            }
        });
        return tree;
    }

    private static String text(String quoted) {
        return quoted.startsWith("sha256:") ? quoted : quoted.replace("\\n", "\n").replace("\\x03", "\u0003").replace("\\x04", "\u0004");
    }

    /** Carries out the few instructions that these cases have. */
    private ImageFiles build(String id) throws IOException {
        FileTree raw = new DirectoryTree(context(id));
        FileTree context = new FilteredTree(raw, ContextIgnore.of(raw, cases.resolve(id).resolve("Dockerfile")));
        Map<String, ImageFiles> stages = new HashMap<>();
        ImageFiles image = null;
        String directory = "";
        for (String line : Files.readAllLines(cases.resolve(id).resolve("Dockerfile"))) {
            List<String> words = new ArrayList<>(List.of(line.trim().split("\\s+")));
            switch (words.remove(0)) {
                case "FROM" -> {
                    image = new ImageFiles();
                    directory = "";
                    if (words.size() == 3) {
                        stages.put(words.get(2).toLowerCase(Locale.ROOT), image);
                    }
                }
                case "WORKDIR" -> {
                    directory = absolute(directory, words.get(0));
                    image.directory(directory);
                }
                case "COPY", "ADD" -> copy(line.startsWith("ADD"), words, directory, context, stages, image);
                default -> { }
            }
        }
        return image;
    }

    private void copy(boolean add, List<String> words, String directory, FileTree context, Map<String, ImageFiles> stages,
            ImageFiles image) throws IOException {
        FileTree from = context;
        boolean parents = false;
        boolean unpack = add;
        List<String> excludes = new ArrayList<>();
        while (words.get(0).startsWith("--")) {
            String flag = words.remove(0);
            String value = flag.substring(flag.indexOf('=') + 1);
            switch (flag.replaceFirst("=.*", "")) {
                case "--from" -> from = stages.get(value);
                case "--parents" -> parents = true;
                case "--unpack" -> unpack = Boolean.parseBoolean(value);
                default -> excludes.add(value);
            }
        }
        String written = words.remove(words.size() - 1);
        boolean names = written.endsWith("/") || written.endsWith("/.") || written.equals(".");
        WindowsPath destination = new WindowsPath(absolute(directory, written), names);
        Archives archives = Archives.NONE;
        try (CopyPlanner planner = new CopyPlanner(destination, new CopyOptions(parents, excludes, null), image)) {
            for (String source : words) {
                planner.add(from, source, archives);
            }
            image.apply(planner.plan());
        }
    }

    private static String absolute(String directory, String path) {
        boolean absolute = path.startsWith("/") || path.contains(":");
        return WindowsPath.parse(absolute ? path : directory + "/" + path).path();
    }

    /** A copy of the context in which the links, that the cases keep as text, are links. */
    private Path context(String id) throws IOException {
        Path source = cases.resolve(id).resolve("context");
        Path target = Files.createDirectory(folder.getRoot().toPath().resolve(id));
        if (!Files.isDirectory(source)) {
            return target;
        }
        List<String> links = List.of("E07/link", "E31/dir4/file-402.txt", "E31/dir4/file-403.txt");
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                String path = source.relativize(file).toString();
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target.resolve(path));
                } else if (links.contains(id + "/" + path)) {
                    Files.createSymbolicLink(target.resolve(path), Path.of(Files.readString(file)));
                } else {
                    Files.copy(file, target.resolve(path));
                }
            }
        }
        return target;
    }
}
