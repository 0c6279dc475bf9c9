package io.jenkins.plugins.windowsimage.engine.plan;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Directive;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Dockerfile;
import io.jenkins.plugins.windowsimage.engine.dockerfile.DockerfileException;
import io.jenkins.plugins.windowsimage.engine.dockerfile.IgnoreFile;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Instruction;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Warning;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/** Compares plans with what BuildKit's own front end answered for the cases beside the project, where they are at hand. */
@RunWith(Parameterized.class)
public class DockerfileCasesTest {
    private static final Path CASES =
            Path.of(System.getProperty("project.root", ".."), "..", "shared", "dockerfile-cases").normalize();
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String ABSENT = "absent";

    /** Where this engine means to differ: case, what differs, and why. An entry that no longer differs fails. */
    private static final String[][] DIFFERENCES = {
        {"A03", "error", "COPY f C: means C:\\, as in the classic builder; the official hello-world image relies on it"},
        {"D09", "error", "COPY f C: means C:\\, as in the classic builder; the official hello-world image relies on it"},
        {"A11", "error.line", "the second directive stands on line 2; BuildKit counts that line from 0"},
        {"A21", "error.line", "the long line is line 2; BuildKit names the line before it"},
        {"B03", "stage 0 step 1 run", "names of variables fold case on Windows, so that a command sees one of the two"},
        {"B03", "stage 0 step 2 workdir", "names of variables fold case on Windows"},
        {"B03", "stage 0 step 2 name", "names of variables fold case on Windows"},
        {"B03", "image", "names of variables fold case on Windows"},
        {"B03", "lint", "names of variables fold case on Windows, so that $Foo is defined"},
        {"B31", "stage 0 step 2 run", "ENV wins over ARG of the same name, as documented and in the classic builder"},
        {"B31", "image", "ENV wins over ARG of the same name, as documented and in the classic builder"},
        {"E35", "stage 0 step 1 name", "--link makes the same layer as a plain COPY, so there is no second step for it"},
        {"G25", "stages", "BuildKit counts the empty tree of a cache mount as a stage"},
    };

    @Parameterized.Parameters(name = "{0}")
    public static List<String> cases() throws IOException {
        if (!Files.isDirectory(CASES)) {
            return List.of(ABSENT);
        }
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private final String id;
    private final Map<String, String> differences = new TreeMap<>();

    public DockerfileCasesTest(String id) {
        this.id = id;
        for (String[] difference : DIFFERENCES) {
            if (difference[0].equals(id)) {
                differences.put(difference[1], difference[2]);
            }
        }
    }

    @Test
    public void gives_what_buildkit_gives() throws IOException {
        assumeTrue("there are no cases in " + CASES, !id.equals(ABSENT));
        Path folder = CASES.resolve(id);
        assumeTrue("case " + id + " has no recorded answer", Files.exists(folder.resolve("expected.json")));
        JsonNode expected = json(folder.resolve("expected.json"));
        JsonNode facts = json(folder.resolve("case.json"));
        switch (facts.path("kind").asText()) {
            case "match" -> compareMatches(json(folder.resolve("input.json")), expected);
            case "dump" -> comparePlan(folder, facts, expected);
            default -> planOnly(folder, facts);
        }
        assertTrue("listed as different but equal: " + differences.keySet(), differences.isEmpty());
    }

    private void planOnly(Path folder, JsonNode facts) throws IOException {
        // Copying is compared where copying is done; here the plan must only exist.
        plan(read(folder), facts).orThrow();
    }

    private static void compareMatches(JsonNode input, JsonNode expected) {
        IgnoreFile file = IgnoreFile.parse(input.path("ignorefile").asText());
        for (JsonNode result : expected.path("results")) {
            String path = result.path("path").asText();
            assertEquals(path, result.path("match").asBoolean(), file.excludes(path));
        }
    }

    private static JsonNode json(Path file) throws IOException {
        return MAPPER.readTree(file.toFile());
    }

    private static Dockerfile read(Path folder) throws IOException {
        return Dockerfile.parse(
                "Dockerfile", new String(Files.readAllBytes(folder.resolve("Dockerfile")), StandardCharsets.UTF_8));
    }

    private BuildPlan plan(Dockerfile dockerfile, JsonNode facts) throws IOException {
        String platform = facts.path("platform").asText();
        PlanOptions options = new PlanOptions(
                facts.path("target").asText(),
                platform.isEmpty() ? Platform.WINDOWS_AMD64 : Platform.parse(platform),
                pairs(facts.path("args")),
                pairs(facts.path("labels")),
                Map.of(),
                IgnoreFile.NONE);
        return BuildPlan.of(StageGraph.of(dockerfile, options), bases(json(CASES.resolve("base-configs.json"))));
    }

    private static Map<String, String> pairs(JsonNode list) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (JsonNode entry : list) {
            String[] parts = entry.asText().split("=", 2);
            pairs.put(parts[0], parts[1]);
        }
        return pairs;
    }

    /** Answers as the README of the cases says. */
    private static BaseConfigs bases(JsonNode configs) {
        return (source, platform) -> {
            String reference = source.toString();
            for (Map.Entry<String, JsonNode> entry : configs.properties()) {
                String name = reference.replaceAll(":[^/]*$", "");
                if (name.endsWith("/" + entry.getKey())) {
                    return ImageConfig.parse(entry.getValue().toString().getBytes(StandardCharsets.UTF_8));
                }
            }
            ObjectNode config = MAPPER.createObjectNode();
            config.put("os", platform.os()).put("architecture", platform.architecture());
            ObjectNode container = config.putObject("config");
            if (platform.os().equals("windows")) {
                config.put("os.version", "10.0.20348.2227");
                container.putArray("Cmd").add("c:\\windows\\system32\\cmd.exe");
                if (reference.contains("nanoserver")) {
                    container.put("User", "ContainerUser");
                    container.putArray("Env").add("PATH=C:\\Windows\\system32;C:\\Windows;");
                }
            }
            config.putArray("history").addObject().put("created_by", "oracle base layer");
            config.putObject("rootfs").put("type", "layers").putArray("diff_ids").add("sha256:" + "1".repeat(64));
            return ImageConfig.parse(config.toString().getBytes(StandardCharsets.UTF_8));
        };
    }

    private void same(String aspect, Object expected, Object actual) {
        String reason = differences.remove(aspect);
        if (reason == null) {
            assertEquals(id + " " + aspect, expected, actual);
        } else {
            assertNotEquals(id + " " + aspect + " is listed as different: " + reason, expected, actual);
        }
    }

    private void comparePlan(Path folder, JsonNode facts, JsonNode expected) throws IOException {
        Dockerfile dockerfile;
        BuildPlan plan;
        try {
            dockerfile = read(folder);
            plan = plan(dockerfile, facts);
        } catch (DockerfileException e) {
            compareError(expected, e);
            return;
        }
        same("escape", expected.path("escape").asText(), String.valueOf(dockerfile.escape()));
        same("directives", directives(expected.path("directives")), dockerfile.directives());
        same("lint", lint(expected.path("lint")), lint(plan.warnings()));
        compareStages(expected.path("stages"), plan);
        compareError(expected, plan.failure());
        if (plan.failure() == null && expected.has("image")) {
            same("image", expected.path("image"), inBuildKitsForm(plan.image()));
        }
    }

    private void compareError(JsonNode expected, DockerfileException failure) {
        String message = expected.path("error").path("message").asText();
        if (message.isEmpty() || failure == null) {
            same("error", message, failure == null ? "" : failure.summary());
            return;
        }
        assertTrue(failure.summary() + " should say " + message, failure.summary().contains(message));
        assertTrue(failure.getMessage(), failure.getMessage().startsWith("Dockerfile"));
        JsonNode lines = expected.path("error").path("lines");
        if (lines.size() > 0) {
            same("error.line", lines.get(0).get(0).asInt(), failure.line());
        }
    }

    private static List<Directive> directives(JsonNode list) {
        List<Directive> directives = new ArrayList<>();
        list.forEach(entry -> directives.add(new Directive(
                entry.path("name").asText(), entry.path("value").asText(), entry.path("line").asInt())));
        return directives;
    }

    private static List<String> lint(JsonNode list) {
        List<String> lines = new ArrayList<>();
        list.forEach(entry -> lines.add(entry.path("lines").get(0).asInt() + " " + entry.path("rule").asText() + " "
                + entry.path("message").asText()));
        Collections.sort(lines);
        return lines;
    }

    private static List<String> lint(List<Warning> warnings) {
        return warnings.stream()
                .filter(warning -> warning.rule().isOfBuildKit())
                .map(warning -> warning.line() + " " + warning.rule().id() + " " + warning.message())
                .sorted()
                .toList();
    }

    private void compareStages(JsonNode expected, BuildPlan plan) {
        if (plan.failure() == null) {
            same("stages", expected.size(), plan.graph().nodes().size());
        }
        for (StageNode node : plan.graph().nodes()) {
            int index = node.stage().index();
            JsonNode stage = expected.path(index);
            String aspect = "stage " + index + " ";
            same(aspect + "base", stage.path("base").asText(), node.base().toString());
            same(aspect + "name", stage.path("name").asText(), node.stage().name());
            compareTexts(aspect, stage, node, plan);
            for (PlannedStage planned : plan.stages()) {
                if (planned.index() == index) {
                    same(aspect + "platform", stage.path("platform").asText(), planned.platform().toString());
                    compareSteps(aspect, stage, planned);
                }
            }
        }
    }

    private void compareTexts(String aspect, JsonNode stage, StageNode node, BuildPlan plan) {
        List<String> own = node.stage().instructions().stream()
                .map(Instruction::source)
                .map(source -> source.line() + "-" + source.endLine() + " " + source.keyword() + " " + source.text())
                .toList();
        List<String> all = new ArrayList<>();
        for (JsonNode step : stage.path("steps")) {
            JsonNode cmd = step.path("cmd");
            all.add(cmd.path("lines").get(0).asInt() + "-" + cmd.path("lines").get(1).asInt() + " "
                    + cmd.path("name").asText() + " " + cmd.path("code").asText());
        }
        int triggers = all.size() - own.size();
        if (plan.failure() == null || triggers >= 0) {
            same(aspect + "texts", all.subList(triggers, all.size()), own);
        }
    }

    private void compareSteps(String aspect, JsonNode stage, PlannedStage planned) {
        for (int i = 0; i < planned.steps().size(); i++) {
            JsonNode ops = stage.path("steps").path(i).path("ops");
            Step step = planned.steps().get(i);
            String at = aspect + "step " + i + " ";
            same(
                    at + "line",
                    stage.path("steps").path(i).path("cmd").path("lines").path(0).asInt(),
                    step.info().line());
            if (!step.info().layer() || !ops.has("name")) {
                continue;
            }
            same(at + "name", ops.path("name").asText(), step.info().displayName());
            if (ops.has("exec")) {
                compareRun(at + "run", ops.path("exec"), (Step.Run) step);
            }
            if (ops.path("file").size() > 0) {
                compareFiles(at, ops.path("file"), step);
            }
        }
    }

    private void compareRun(String aspect, JsonNode exec, Step.Run run) {
        Map<String, String> env = pairs(exec.path("env"));
        same(
                aspect,
                texts(exec.path("args")) + " in " + exec.path("cwd").asText() + " as " + exec.path("user").asText("")
                        + " with " + new TreeMap<>(env) + " on " + exec.path("network").asText("DEFAULT"),
                run.args() + " in " + slashes(run.workingDirectory()) + " as " + (run.user() == null ? "" : run.user())
                        + " with " + new TreeMap<>(run.environment()) + " on "
                        + run.network().toUpperCase(java.util.Locale.ROOT));
    }

    private void compareFiles(String at, JsonNode actions, Step step) {
        if (step instanceof Step.Workdir workdir) {
            JsonNode mkdir = actions.get(0).path("mkdir");
            same(
                    at + "workdir",
                    mkdir.path("path").asText() + " of " + owner(mkdir),
                    slashes(workdir.directory()) + " of " + (workdir.owner() == null ? "" : workdir.owner()));
            return;
        }
        Step.Copy copy = (Step.Copy) step;
        List<String> expected = new ArrayList<>();
        for (JsonNode action : actions) {
            if (action.has("copy")) {
                JsonNode one = action.path("copy");
                expected.add(one.path("src").asText() + " to " + one.path("dest").asText() + " of " + owner(one)
                        + (one.path("attemptUnpackDockerCompatibility").asBoolean() ? " unpacked" : ""));
            }
        }
        List<String> actual = copy.sources().stream()
                .map(source -> sourcePath(source) + " to " + slashes(copy.destination()) + " of "
                        + (copy.chown() == null ? "" : copy.chown()))
                .toList();
        same(at + "copy", expected, actual);
    }

    private static String sourcePath(CopySource source) {
        if (source instanceof CopySource.Files files) {
            return files.path();
        } else if (source instanceof CopySource.Url url) {
            return "/" + url.fileName();
        }
        return "/" + source.text();
    }

    private static String owner(JsonNode action) {
        return action.path("owner").path("user").path("byName").path("name").asText("");
    }

    private static String texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(entry -> texts.add(entry.asText()));
        return texts.toString();
    }

    /** A path as BuildKit writes it: without the drive letter, which this engine keeps. */
    private static String slashes(String path) {
        return (path.startsWith("C:") ? path.substring(2) : path).replace('\\', '/');
    }

    private static JsonNode inBuildKitsForm(ImageConfig image) throws IOException {
        ObjectNode json = (ObjectNode) MAPPER.readTree(ImageJson.write(image));
        ObjectNode config = (ObjectNode) json.path("config");
        if (config.has("WorkingDir") && config.path("WorkingDir").asText().startsWith("C:")) {
            config.put("WorkingDir", config.path("WorkingDir").asText().substring(2));
        }
        ObjectNode rootfs = (ObjectNode) json.path("rootfs");
        if (rootfs.path("diff_ids").isEmpty()) {
            rootfs.putNull("diff_ids");
        }
        if (json.path("history") instanceof ArrayNode history && history.isEmpty()) {
            json.remove("history");
        }
        return MAPPER.readTree(json.toString());
    }
}
