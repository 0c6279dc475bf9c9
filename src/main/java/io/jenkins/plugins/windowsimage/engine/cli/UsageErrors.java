package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Suggestion;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Tells in one sentence what is wrong with a command line, and what was probably meant. */
final class UsageErrors implements CommandLine.IParameterExceptionHandler {

    @Override
    public int handleParseException(CommandLine.ParameterException failure, String[] arguments) {
        CommandSpec command = failure.getCommandLine().getCommandSpec();
        System.err.println("ERROR: " + message(failure, command));
        System.err.println("       see " + command.qualifiedName() + " --help");
        return ErrorKind.USAGE.exitCode();
    }

    private static String message(CommandLine.ParameterException failure, CommandSpec command) {
        if (failure instanceof CommandLine.UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().get(0);
            if (unmatched.isUnknownOption()) {
                return "there is no option " + word + nearest(word, command.optionsMap().keySet());
            }
            return command.subcommands().isEmpty() || !command.positionalParameters().isEmpty()
                    ? "one word too many: " + word
                    : "there is no command " + word + nearest(word, command.subcommands().keySet());
        }
        if (!command.subcommands().isEmpty() && command.positionalParameters().isEmpty()) {
            return "name a command: " + command.subcommands().entrySet().stream()
                    .filter(entry -> !entry.getValue().getCommandSpec().usageMessage().hidden())
                    .map(Map.Entry::getKey)
                    .collect(Collectors.joining(", "));
        }
        return failure.getMessage();
    }

    private static String nearest(String word, Collection<String> known) {
        int equals = word.indexOf('=');
        return Suggestion.suffix(Suggestion.nearest(equals < 0 ? word : word.substring(0, equals), known));
    }
}
