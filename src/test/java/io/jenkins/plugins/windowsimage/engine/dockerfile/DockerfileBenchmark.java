package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Reading a Dockerfile and expanding its words; an operation is a line or a word. */
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DockerfileBenchmark {
    private static final int LINES = 300;
    private static final int WORDS = 5;

    private final String text = dockerfile();
    private final ShellWords rules = new ShellWords('`');
    private final List<String> words = List.of("C:\\app\\bin", "\"C:\\Program Files\\$product\"", "${home:-C:\\}\\tools;$path", "'not $expanded'",
            "name${product/a/b}${missing:+more}");
    private final Map<String, String> values = Map.of("product", "Application", "path", "C:\\Windows;C:\\Windows\\system32");

    private static String dockerfile() {
        StringBuilder text = new StringBuilder("# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022 AS build\n");
        for (int line = 2; line < LINES; line += 3) {
            text.append("ENV KEY").append(line).append("=\"some value ").append(line).append("\" OTHER").append(line).append("=$KEY\n")
                    .append("COPY --chown=ContainerUser source").append(line).append(" [\"a b\", \"c\"] C:\\app\\\n")
                    .append("RUN powershell -Command `$ErrorActionPreference = 'Stop'; Get-Item C:\\app\\file").append(line).append("\n");
        }
        return text.toString();
    }

    @Benchmark
    @OperationsPerInvocation(LINES)
    public Dockerfile parse() {
        return Dockerfile.parse("Dockerfile", text);
    }

    @Benchmark
    @OperationsPerInvocation(WORDS)
    public void expand(Blackhole results) throws ExpansionException {
        for (String word : words) {
            results.consume(rules.expand(word, name -> Optional.ofNullable(values.get(name))));
        }
    }
}
