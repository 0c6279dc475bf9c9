package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assume.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program that knows nothing of this project and reads what it wrote. Tests are skipped where it is not installed. */
public final class Skopeo {
    private static final Path BINARY = Path.of("/usr/bin/skopeo");

    private Skopeo() {}

    /** The manifest, byte for byte. */
    public static byte[] manifest(String image, String... options) throws IOException, InterruptedException {
        return run("inspect", "--raw", image, options);
    }

    static JsonNode config(String image, String... options) throws IOException, InterruptedException {
        return Sandbox.json(run("inspect", "--config", image, options));
    }

    /** Copies an image, which reads every blob and checks every digest. */
    static void copy(String image, Path directory, String... options) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(options));
        all.add("dir:" + directory);
        run("copy", "--quiet", image, all.toArray(String[]::new));
    }

    private static byte[] run(String command, String option, String image, String... options)
            throws IOException, InterruptedException {
        assumeTrue("skopeo is not installed", Files.isExecutable(BINARY));
        List<String> words = new ArrayList<>(
                List.of(BINARY.toString(), "--insecure-policy", "--override-os=windows", "--override-arch=amd64", command, option));
        List<String> rest = new ArrayList<>(List.of(options));
        rest.stream().filter(word -> word.startsWith("--")).forEach(words::add);
        words.add(image);
        rest.stream().filter(word -> !word.startsWith("--")).forEach(words::add);
        Path complaints = Files.createTempFile("skopeo", ".txt");
        try {
            Process process = new ProcessBuilder(words).redirectError(complaints.toFile()).start();
            byte[] out = process.getInputStream().readAllBytes();
            if (process.waitFor() != 0) {
                throw new AssertionError(words + ": " + Files.readString(complaints, StandardCharsets.UTF_8));
            }
            return out;
        } finally {
            Files.delete(complaints);
        }
    }
}
