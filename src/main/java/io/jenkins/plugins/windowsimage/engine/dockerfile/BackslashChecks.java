package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Warns of Windows paths and PowerShell variables that the Dockerfile language takes for something else. */
final class BackslashChecks {
    private static final String REMEDY = "; put \"# escape=`\" into the first line, or write forward slashes";
    private static final Pattern DRIVE = Pattern.compile("(?i)(^|[^a-z0-9])[a-z]:");
    private static final Pattern POWERSHELL = Pattern.compile("(?i)\\$env:([a-z_][a-z0-9_]*)");

    private final Lints lints;
    private final char escape;
    private final List<String> physical;

    BackslashChecks(Lints lints, char escape, List<String> physical) {
        this.lints = lints;
        this.escape = escape;
        this.physical = physical;
    }

    void check(List<Stage> stages) {
        for (Stage stage : stages) {
            for (Instruction instruction : stage.instructions()) {
                if (escape == '\\') {
                    checkContinuation(instruction.source());
                    checkLost(instruction);
                }
                checkPowerShell(instruction);
            }
        }
    }

    private void checkContinuation(Source source) {
        for (int line = source.line(); line < source.endLine(); line++) {
            String text = physical.get(line - 1).stripTrailing();
            String word = text.substring(text.lastIndexOf(' ') + 1);
            if (word.length() > 1
                    && word.endsWith("\\")
                    && !word.endsWith("\\\\")
                    && (DRIVE.matcher(word).find() || word.indexOf('\\') < word.length() - 1)
                    && startsInstruction(physical.get(line))) {
                lints.report(
                        LintRule.BACKSLASH_CONTINUES_LINE,
                        source,
                        line,
                        "The backslash at the end of " + word + " makes the next line part of this " + name(source)
                                + REMEDY);
            }
        }
    }

    private static String name(Source source) {
        return source.keyword().toUpperCase(Locale.ROOT);
    }

    private static boolean startsInstruction(String line) {
        String first = line.strip().split("\\s", 2)[0];
        return InstructionParser.KEYWORDS.contains(first.toUpperCase(Locale.ROOT));
    }

    private void checkLost(Instruction instruction) {
        boolean paths = instruction instanceof Instruction.Copy
                || instruction instanceof Instruction.Add
                || instruction instanceof Instruction.Workdir
                || instruction instanceof Instruction.Volume;
        expandedWords(instruction)
                .filter(word -> losesBackslash(word) && (paths || DRIVE.matcher(word).find()))
                .findFirst()
                .ifPresent(word -> lints.report(
                        LintRule.BACKSLASH_LOST,
                        instruction.source(),
                        "The backslashes in " + word + " are lost because the backslash is the escape character"
                                + REMEDY));
    }

    /** Whether a backslash outside quotes stands before a letter or digit. */
    private static boolean losesBackslash(String word) {
        char quote = 0;
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c == '\\' && quote != '\'') {
                if (quote == 0 && i + 1 < word.length() && Character.isLetterOrDigit(word.charAt(i + 1))) {
                    return true;
                }
                i++;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            }
        }
        return false;
    }

    private void checkPowerShell(Instruction instruction) {
        expandedWords(instruction)
                .map(POWERSHELL::matcher)
                .filter(java.util.regex.Matcher::find)
                .findFirst()
                .ifPresent(matcher -> lints.report(
                        LintRule.POWERSHELL_VARIABLE,
                        instruction.source(),
                        matcher.group() + " is PowerShell's; " + instruction.name() + " expands $env and leaves :"
                                + matcher.group(1) + ". Write ${" + matcher.group(1) + "}"));
    }

    /** The texts of the instruction in which variables are expanded. */
    private static Stream<String> expandedWords(Instruction instruction) {
        if (instruction instanceof Instruction.Copy copy) {
            return files(copy.files());
        } else if (instruction instanceof Instruction.Add add) {
            return files(add.files());
        } else if (instruction instanceof Instruction.Workdir workdir) {
            return Stream.of(workdir.path());
        } else if (instruction instanceof Instruction.Volume volume) {
            return volume.paths().stream();
        } else if (instruction instanceof Instruction.User user) {
            return Stream.of(user.user());
        } else if (instruction instanceof Instruction.Env env) {
            return env.pairs().stream().map(KeyValue::value);
        } else if (instruction instanceof Instruction.Label label) {
            return label.pairs().stream().map(KeyValue::value);
        } else if (instruction instanceof Instruction.Arg arg) {
            return arg.definitions().stream()
                    .map(Instruction.Arg.Definition::value)
                    .filter(java.util.Objects::nonNull);
        }
        return Stream.empty();
    }

    private static Stream<String> files(Instruction.Files files) {
        return Stream.concat(files.paths().stream(), Stream.of(files.destination()));
    }
}
