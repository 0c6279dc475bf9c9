package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.dockerfile.Dockerfile;
import io.jenkins.plugins.windowsimage.engine.plan.BuildPlan;
import io.jenkins.plugins.windowsimage.engine.plan.PlanJson;
import io.jenkins.plugins.windowsimage.engine.plan.PlanOptions;
import io.jenkins.plugins.windowsimage.engine.plan.StageGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** Does a little of everything, so that the class data of a first run can be archived for the next ones. */
@Command(name = "warm-up", hidden = true)
final class WarmUpCommand implements Callable<Integer> {
    private static final String DOCKERFILE = "# escape=`\nARG V=1\nFROM scratch AS a\nWORKDIR C:\\a\nCOPY <<EOF b\nhello ${V}\nEOF\n"
            + "ADD --exclude=*.x f* c\\\nFROM scratch\nENV A=1 B=\"2 ${A:-3}\"\nLABEL l=m\nCOPY --from=a C:\\a C:\\b\\\nEXPOSE 80\n"
            + "HEALTHCHECK --interval=30s CMD [\"x\"]\nCMD [\"cmd\"]\n";

    @Override
    public Integer call() throws IOException {
        PlanJson.write(PlanJson.of(BuildPlan.of(
                StageGraph.of(Dockerfile.parse("Dockerfile", DOCKERFILE), PlanOptions.DEFAULT), (image, platform) -> null)));
        Path directory = Files.createTempDirectory("windows-image");
        try {
            Path context = Files.createDirectory(directory.resolve("context"));
            Files.writeString(context.resolve("Dockerfile"), DOCKERFILE);
            Files.writeString(context.resolve("f"), "content");
            return Main.run("build", "--root", directory.resolve("root").toString(), "--progress", "plain", "--metadata-file",
                    directory.resolve("result.json").toString(), "-t", "warm:1", context.toString());
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
