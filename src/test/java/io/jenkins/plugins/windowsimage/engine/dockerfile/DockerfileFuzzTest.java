package io.jenkins.plugins.windowsimage.engine.dockerfile;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.Fuzz;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.Test;

/** Hostile ignore files. Dockerfiles are fed to the parser and the plan together, in {@code PlanFuzzTest}. */
public class DockerfileFuzzTest {
    @Test
    public void ignore_files() throws Exception {
        byte[] seed = "# c\n**/*.png\n!logo.png\na/?/[a-z]*\\*\nbin\\**\n/x/../y\n".getBytes(StandardCharsets.UTF_8);
        Fuzz.of("ignore file", EngineException.class)
                .run(2000, Fuzz.mutationsOf(List.of(seed), "**/", "*", "[", "[^", "]", "!", "\\", "/../", "?", "\n", "-"), input -> {
                    IgnoreFile file = IgnoreFile.parse(new String(input, StandardCharsets.UTF_8));
                    for (String path : List.of("a", "a/b/c.png", "x/".repeat(200) + "y", "a".repeat(3000), "é/\uD83D")) {
                        file.excludes(path);
                        file.mayReinclude(path);
                    }
                });
    }
}
