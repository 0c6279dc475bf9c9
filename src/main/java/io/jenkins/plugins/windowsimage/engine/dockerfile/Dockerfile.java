package io.jenkins.plugins.windowsimage.engine.dockerfile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A Dockerfile that has been read: stages of instructions, nothing expanded yet. The language is that of BuildKit's front end.
 * Immutable and thread-safe.
 */
public final class Dockerfile {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** A byte order mark of UTF-16, or none, and an ASCII character, as they look when taken for UTF-8. */
    private static final Pattern UTF_16 = Pattern.compile("\uFFFD{2}(\\p{ASCII}\\x00|\\x00\\p{ASCII})|[#\\p{Alpha}]\\x00|\\x00[#\\p{Alpha}]");

    private final String file;
    private final List<String> physical;
    private final char escape;
    private final List<Directive> directives;
    private final String syntax;
    private final List<Instruction.Arg> globalArgs;
    private final List<Stage> stages;
    private final LintSettings lintSettings;
    private final List<Warning> warnings;

    private Dockerfile(
            String file,
            List<String> physical,
            InstructionReader reader,
            List<Instruction.Arg> globalArgs,
            List<Stage> stages,
            LintSettings lintSettings,
            List<Warning> warnings) {
        this.file = file;
        this.physical = physical;
        this.escape = reader.escape();
        this.directives = List.copyOf(reader.directives());
        this.syntax = detectSyntax(physical);
        this.globalArgs = List.copyOf(globalArgs);
        this.stages = List.copyOf(stages);
        this.lintSettings = lintSettings;
        this.warnings = List.copyOf(warnings);
    }

    /** The directives at the top of a text, as far as they can be read; also of a text that is no valid Dockerfile. */
    public static List<Directive> directives(String text) {
        List<Directive> found = new ArrayList<>();
        DirectiveReader reader = new DirectiveReader("#");
        List<String> lines = physicalLines(text);
        try {
            for (int i = 0; i < lines.size() && !reader.isDone(); i++) {
                reader.read(Whitespace.trimLeft(lines.get(i)), i + 1).ifPresent(found::add);
            }
        } catch (SyntaxException e) {
            // Parsing reports it.
            return found;
        }
        return found;
    }

    /**
     * Reads a Dockerfile.
     *
     * @param file its name, for messages
     * @throws DockerfileException of kind DOCKERFILE_PARSE with everything that is wrong in it
     */
    public static Dockerfile parse(String file, String text) {
        List<String> physical = physicalLines(text);
        ProblemList problems = new ProblemList(file, physical);
        if (text.isEmpty()) {
            problems.add(0, "the Dockerfile cannot be empty");
        } else if (UTF_16.matcher(text).lookingAt()) {
            problems.add(0, "the Dockerfile is UTF-16, as PowerShell's > writes it; save it as UTF-8");
        }
        LintSettings settings = lintSettings(physical, problems);
        InstructionReader reader = new InstructionReader(physical, problems);
        reader.read();
        List<Instruction> instructions = instructions(reader.lines(), reader.escape(), problems);
        if (instructions.isEmpty() && problems.isEmpty()) {
            problems.add(physical.size(), "file with no instructions");
        }
        if (instructions.isEmpty()) {
            // The file is something else; that one line is none of a Dockerfile says enough.
            problems.keepFirst();
        }
        List<Instruction.Arg> globalArgs = new ArrayList<>();
        List<Stage> stages = stages(instructions, globalArgs, problems);
        if (stages.isEmpty() && problems.isEmpty()) {
            problems.add(0, "dockerfile contains no stages to build");
        }
        problems.throwIfAny();
        Lints lints = new Lints(settings);
        reader.emptyContinuations()
                .forEach(line -> lints.report(LintRule.NO_EMPTY_CONTINUATION, line, "Empty continuation line"));
        new StageChecks(lints).check(stages, globalArgs);
        new BackslashChecks(lints, reader.escape(), physical).check(stages);
        return new Dockerfile(file, physical, reader, globalArgs, stages, settings, lints.warnings());
    }

    /**
     * Reads one ONBUILD trigger. Its lines are read with the default escape character, whatever that of this Dockerfile is.
     *
     * @param place where problems and the instruction are reported
     */
    public Instruction parseTrigger(String text, Source place) {
        ProblemList problems = newProblems();
        ProblemList local = new ProblemList(file, List.of());
        InstructionReader reader = new InstructionReader(physicalLines(text), local);
        reader.read();
        if (local.isEmpty() && reader.lines().isEmpty()) {
            problems.add(place, "file with no instructions");
        } else if (local.isEmpty() && reader.lines().size() > 1) {
            problems.add(place, "onbuild trigger should be a single expression");
        }
        problems.throwIfAny();
        List<LogicalLine> placed = reader.lines().stream()
                .map(line -> new LogicalLine(
                        place.line(), place.endLine(), line.text(), line.comments(), line.heredocs()))
                .toList();
        List<Instruction> instructions = instructions(placed, reader.escape(), local);
        if (!local.isEmpty()) {
            local.toException(ErrorKind.DOCKERFILE_PARSE)
                    .problems()
                    .forEach(problem -> problems.add(place, problem.message()));
        } else if (instructions.get(0) instanceof Instruction.From) {
            problems.add(place, "FROM isn't allowed as an ONBUILD trigger");
        }
        problems.throwIfAny();
        return instructions.get(0);
    }

    private static List<String> physicalLines(String text) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end + 1;
            lines.add(text.substring(start, end));
            start = end;
        }
        return lines;
    }

    private static LintSettings lintSettings(List<String> physical, ProblemList problems) {
        for (Directive directive : topDirectives(physical, "#")) {
            if (directive.name().equals("check")) {
                try {
                    return LintSettings.parse(directive.value());
                } catch (SyntaxException e) {
                    problems.add(directive.line(), directive.line(), e);
                }
            }
        }
        return LintSettings.DEFAULT;
    }

    private static List<Directive> topDirectives(List<String> physical, String comment) {
        List<Directive> found = new ArrayList<>();
        DirectiveReader reader = new DirectiveReader(comment);
        for (int i = 0; i < physical.size() && !reader.isDone(); i++) {
            String line = physical.get(i).stripTrailing();
            if (i == 0) {
                line = line.startsWith("\uFEFF") ? line.substring(1) : line;
                if (line.startsWith("#!")) {
                    continue;
                }
            }
            try {
                reader.read(line, i + 1).ifPresent(found::add);
            } catch (SyntaxException e) {
                // The reader of the instructions reports a directive that is given twice.
                return found;
            }
        }
        return found;
    }

    /** The image of the front end that the file asks for: {@code # syntax=}, {@code // syntax=} or a JSON object. */
    private static String detectSyntax(List<String> physical) {
        for (String comment : List.of("#", "//")) {
            for (Directive directive : topDirectives(physical, comment)) {
                if (directive.name().equals("syntax")) {
                    return directive.value().split(" ", 2)[0];
                }
            }
        }
        if (!physical.isEmpty() && physical.get(0).startsWith("{")) {
            try {
                JsonNode syntax = JSON.readTree(String.join("", physical)).path("syntax");
                return syntax.isTextual() ? syntax.textValue() : null;
            } catch (JsonProcessingException e) {
                return null;
            }
        }
        return null;
    }

    private static List<Instruction> instructions(List<LogicalLine> lines, char escape, ProblemList problems) {
        InstructionParser parser = new InstructionParser(escape);
        List<Instruction> instructions = new ArrayList<>();
        for (LogicalLine line : lines) {
            try {
                instructions.add(parser.parse(line));
            } catch (SyntaxException e) {
                problems.add(line.start(), line.end(), e);
                if (problems.isFull()) {
                    break;
                }
            }
        }
        return instructions;
    }

    private static List<Stage> stages(
            List<Instruction> instructions, List<Instruction.Arg> globalArgs, ProblemList problems) {
        List<Stage> stages = new ArrayList<>();
        Instruction.From from = null;
        List<Instruction> body = new ArrayList<>();
        boolean complained = false;
        for (Instruction instruction : instructions) {
            if (instruction instanceof Instruction.From next) {
                if (from != null) {
                    stages.add(new Stage(stages.size(), from, body));
                }
                from = next;
                body = new ArrayList<>();
            } else if (from != null) {
                body.add(instruction);
            } else if (instruction instanceof Instruction.Arg arg) {
                globalArgs.add(arg);
            } else if (!complained) {
                problems.add(instruction.source(), "no build stage in current context");
                complained = true;
            }
        }
        if (from != null) {
            stages.add(new Stage(stages.size(), from, body));
        }
        return stages;
    }

    /** Its name, for messages. */
    public String file() {
        return file;
    }

    /** The escape character: backslash or backtick. */
    public char escape() {
        return escape;
    }

    /** The parser directives in the order of their lines. */
    public List<Directive> directives() {
        return directives;
    }

    /** The {@code syntax} that the file asks for; null for none. */
    public String syntax() {
        return syntax;
    }

    /** The ARG instructions above the first FROM. */
    public List<Instruction.Arg> globalArgs() {
        return globalArgs;
    }

    /** At least one. */
    public List<Stage> stages() {
        return stages;
    }

    /** What the text alone lets suspect. */
    public List<Warning> warnings() {
        return warnings;
    }

    /** A collector that holds the warnings of this file and takes further ones by the rules that it wants reported. */
    public Lints newLints() {
        return new Lints(lintSettings, warnings);
    }

    /** A collector for what is wrong in this file. */
    public ProblemList newProblems() {
        return new ProblemList(file, physical);
    }

    /** The stage of this name, whatever its case; the last one where a name is used twice. */
    public Optional<Stage> stage(String name) {
        return stages.stream()
                .filter(stage -> !stage.name().isEmpty() && stage.name().equalsIgnoreCase(name))
                .reduce((first, last) -> last);
    }
}
