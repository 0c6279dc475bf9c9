package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.Fuzz;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

/** Hostile Dockerfiles, from the text to the plan and its JSON. */
public class PlanFuzzTest {
    private static final String[] DICTIONARY = {
        "FROM x AS a\n", "FROM a\n", "COPY --from=a ", "ARG A=${B:-${A}}\n", "ENV A=$A$A\n", "ONBUILD ", "<<EOF\n", "EOF\n", "${", "${A:?",
        "${A/#", "# escape=`\n", "`\n", "\\\n", "[\"", "--mount=type=bind,from=a,target=", "--exclude=", "HEALTHCHECK --interval=",
        "VOLUME ", "EXPOSE 1-65535\n", "WORKDIR C:\\..\\", "USER ", "SHELL [\"a\"]\n", "\u0000", "\r\n", "'", "\""
    };

    @Test
    public void dockerfiles() throws Exception {
        List<byte[]> seeds = new ArrayList<>();
        for (String example : List.of("hello", "base")) {
            try (var files = Files.walk(Path.of(System.getProperty("project.root"), "docs", "examples", example))) {
                files.filter(file -> file.getFileName().toString().equals("Dockerfile")).forEach(file -> seeds.add(bytes(file)));
            }
        }
        seeds.add("""
                # escape=`
                ARG V=1
                FROM base:${V} AS build
                ENV PATH=C:\\t;${PATH} B="x $V"
                WORKDIR C:\\src
                COPY --from=base --chown=ContainerUser ["a b", "./c/*.txt", "d\\"]
                RUN <<EOF
                echo $V
                EOF
                ONBUILD COPY . .
                FROM build
                ADD --checksum=sha256:0000000000000000000000000000000000000000000000000000000000000000 http://h/x c:/
                HEALTHCHECK --interval=5s CMD a
                EXPOSE 80/tcp 90-95
                LABEL a=b c="d e"
                USER ContainerAdministrator
                ENTRYPOINT ["a", "b"]
                """.getBytes(StandardCharsets.UTF_8));
        Fuzz.of("dockerfile", EngineException.class).run(5000, Fuzz.mutationsOf(seeds, DICTIONARY), input -> {
            PlanFixture fixture = new PlanFixture();
            BuildPlan plan = fixture.plan(new String(input, StandardCharsets.UTF_8));
            plan.orThrow().requireBuildable();
        });
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
