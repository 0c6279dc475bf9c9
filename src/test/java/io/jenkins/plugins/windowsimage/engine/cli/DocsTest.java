package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import io.jenkins.plugins.windowsimage.engine.registry.DockerRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;

/** Runs the commands of the documents as they stand there; a registry of this machine stands in for registry.example.com. */
public class DocsTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\n(.*?)^```$");
    private static final Path SHELL = Path.of("/bin/bash");

    @ClassRule
    public static final DockerRegistry REGISTRY = DockerRegistry.open();

    @Rule
    public final Sandbox sandbox = new Sandbox();

    private Path work;

    /** A project such as the documents speak of: a Dockerfile with a stage called site on an image called base. */
    @Before
    public void makeProject() throws IOException {
        assumeTrue("there is no " + SHELL, Files.isExecutable(SHELL));
        work = sandbox.context("work", "ARG VERSION=1.0\nFROM base AS site\nCOPY f /site/\nFROM base\nARG VERSION\nLABEL version=$VERSION\n"
                + "COPY --from=site /site/ /app/\n", "f", "text");
        sandbox.context("work/path/to/context", "FROM base\nCOPY f /\n", "f", "text");
        sandbox.file("work/bases.json", "{\"base\": {\"os\": \"windows\", \"architecture\": \"amd64\", \"config\": {}}}");
        sandbox.file("work/.dockerignore", "cache\nlayouts\nout*\n");
        try (Stream<Path> files = Files.walk(Sandbox.base())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = work.resolve("layouts/base").resolve(Sandbox.base().relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        Path command = sandbox.file("bin/windows-image", "#!/bin/sh\nexec '" + Path.of(System.getProperty("java.home"), "bin", "java")
                + "' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '" + System.getProperty("java.class.path") + "' "
                + Main.class.getName() + " \"$@\"\n");
        assertTrue(command.toFile().setExecutable(true));
        String base = REGISTRY.host() + "/windows/base:ltsc2022";
        sandbox.build("-t", base, "--push", "--insecure-registry=" + REGISTRY.host(),
                sandbox.context("base", "FROM base\nENV FROM_REGISTRY=1\n"));
        sandbox.ok("tag", base, "base");
    }

    private static List<String> blocks(String document) throws IOException {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(Files.readString(Sandbox.project().resolve(document)));
        while (matcher.find()) {
            blocks.add(matcher.group(1));
        }
        return blocks;
    }

    private void works(String block) throws IOException, InterruptedException {
        String script = "set -euo pipefail\n" + block.replace("cli/windows-image", "windows-image")
                .replace("registry.example.com", REGISTRY.host());
        ProcessBuilder builder = new ProcessBuilder(SHELL.toString(), "-c", script).directory(work.toFile()).redirectErrorStream(true);
        builder.environment().put("PATH", sandbox.path("bin") + ":" + System.getenv("PATH"));
        builder.environment().put("WINDOWS_IMAGE_ROOT", sandbox.root().toString());
        builder.environment().put("WINDOWS_IMAGE_INSECURE_REGISTRIES", REGISTRY.host());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(script + output, 0, process.waitFor());
        assertFalse(script + output, output.contains("ERROR"));
    }

    @Test
    public void the_commands_of_the_command_lines_page_work_in_their_order() throws Exception {
        List<String> blocks = blocks("docs/command-line.md");
        assertTrue(blocks.size() + " blocks", blocks.size() > 5);
        for (String block : blocks) {
            works(block);
        }
        assertEquals("success", Sandbox.json(work.resolve("result.json")).get("result").asText());
        Skopeo.copy("docker://" + REGISTRY.host() + "/team/app:all", sandbox.path("copy"), "--src-tls-verify=false", "--all");
    }

    @Test
    public void the_commands_of_the_readme_work() throws Exception {
        int run = 0;
        for (String block : blocks("README.md")) {
            // The verification runs these two by itself: one builds the command line, the other runs the tests.
            if (!block.strip().equals("cli/windows-image demo") && !block.strip().equals("./verify")) {
                works(block);
                run++;
            }
        }
        assertTrue(run > 0);
    }
}
