package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.build.BuildOptions;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.Stack;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** Reads {@code --pull}: a policy, or as docker has it a flag, so that in {@code build --pull .} the dot is the context. */
final class PullOption implements CommandLine.IParameterPreprocessor, CommandLine.ITypeConverter<BuildOptions.PullPolicy> {
    private static final Set<String> VALUES = Set.of("always", "missing", "never", "true", "false");

    /** Puts in the value of a flag. */
    @Override
    public boolean preprocess(Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> parser) {
        boolean attached = "=".equals(parser.get("separator"));
        if (!attached && (arguments.isEmpty() || !VALUES.contains(arguments.peek().toLowerCase(Locale.ROOT)))) {
            arguments.push("always");
        }
        return false;
    }

    @Override
    public BuildOptions.PullPolicy convert(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "always", "true" -> BuildOptions.PullPolicy.ALWAYS;
            case "missing", "false" -> BuildOptions.PullPolicy.MISSING;
            case "never" -> BuildOptions.PullPolicy.NEVER;
            default -> throw new CommandLine.TypeConversionException("expected always, missing or never but was '" + value + "'");
        };
    }
}
