package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.dockerfile.IgnoreFile;
import java.util.List;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Patterns of .dockerignore files and of COPY; an operation is a path or name that is asked about. */
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MatcherBenchmark {
    private static final int PATHS = 1000;

    private final List<String> paths = IntStream.range(0, PATHS)
            .mapToObj(i -> "src/module" + i % 10 + "/package" + i % 30 + "/SomeClass" + i + (i % 7 == 0 ? ".log" : ".cs"))
            .toList();
    private final List<String> names = paths.stream().map(path -> path.substring(path.lastIndexOf('/') + 1)).toList();
    private final IgnoreFile ignore = IgnoreFile.parse(
            ".git\n**/bin\n**/obj\n*.md\n!README.md\n**/*.log\n!src/module3/**/*.log\nnode_modules\n**/*.user\npackages/*/tools\n");
    private final GlobPattern pattern = GlobPattern.compile("Some*[0-9].[cl]?*");

    @Benchmark
    @OperationsPerInvocation(PATHS)
    public int ignore() {
        int excluded = 0;
        for (String path : paths) {
            excluded += ignore.excludes(path) ? 1 : 0;
        }
        return excluded;
    }

    @Benchmark
    @OperationsPerInvocation(PATHS)
    public int glob() {
        int matched = 0;
        for (String name : names) {
            matched += pattern.matches(name) ? 1 : 0;
        }
        return matched;
    }
}
