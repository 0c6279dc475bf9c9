package io.jenkins.plugins.windowsimage.engine.dockerfile;

import io.jenkins.plugins.windowsimage.engine.image.Healthcheck;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one instruction from its line. Immutable and thread-safe. */
final class InstructionParser {
    static final List<String> KEYWORDS = List.of(
            "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
            "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR");
    private static final Pattern STAGE_NAME = Pattern.compile("[a-z][a-z0-9-_.]*");
    private static final Pattern ONBUILD = Pattern.compile("(?i)^[\\t\\n\\f\\r ]*ONBUILD[\\t\\n\\f\\r ]*");
    private static final Pattern UNESCAPED_PATH = Pattern.compile("\"[a-zA-Z]:\\\\(?!\\\\)");
    private static final Set<String> NETWORKS = Set.of("default", "none", "host");
    private static final Set<String> SECURITY = Set.of("sandbox", "insecure");
    private static final long SHORTEST_INTERVAL = 1_000_000;

    private final char escape;

    InstructionParser(char escape) {
        this.escape = escape;
    }

    Instruction parse(LogicalLine line) throws SyntaxException {
        InstructionText text = InstructionText.split(line.text(), escape);
        Source source = new Source(
                text.keyword(), Whitespace.trim(line.text()), line.start(), line.end(), line.comments());
        return switch (text.name()) {
            case "ADD" -> add(source, text, line.heredocs());
            case "ARG" -> arg(source, text);
            case "CMD" -> new Instruction.Cmd(source, command(text, List.of()));
            case "COPY" -> copy(source, text, line.heredocs());
            case "ENTRYPOINT" -> new Instruction.Entrypoint(source, command(text, List.of()));
            case "ENV" -> new Instruction.Env(source, pairs(text));
            case "EXPOSE" -> expose(source, text);
            case "FROM" -> from(source, text);
            case "HEALTHCHECK" -> new Instruction.HealthCheck(source, healthcheck(text));
            case "LABEL" -> new Instruction.Label(source, pairs(text));
            case "MAINTAINER" -> new Instruction.Maintainer(source, single(text));
            case "ONBUILD" -> onBuild(source, text, line);
            case "RUN" -> run(source, text, line.heredocs());
            case "SHELL" -> shell(source, text);
            case "STOPSIGNAL" -> stopSignal(source, text);
            case "USER" -> new Instruction.User(source, single(text));
            case "VOLUME" -> volume(source, text);
            case "WORKDIR" -> new Instruction.Workdir(source, single(text));
            default -> throw wrong("unknown instruction: " + text.keyword()
                            + Suggestion.suffix(Suggestion.nearestKeyword(text.keyword(), KEYWORDS)))
                    .at(text.keyword());
        };
    }

    private static SyntaxException wrong(String message) {
        return SyntaxException.ofInstruction(message);
    }

    private static SyntaxException atLeastOne(String keyword) {
        return wrong(keyword + " requires at least one argument");
    }

    private static void noFlags(InstructionText text) throws SyntaxException {
        new FlagSet().parse(text.flags());
    }

    private static String single(InstructionText text) throws SyntaxException {
        if (text.rest().isEmpty()) {
            throw wrong(text.name() + " requires exactly one argument");
        }
        noFlags(text);
        return text.rest();
    }

    private List<KeyValue> pairs(InstructionText text) throws SyntaxException {
        List<KeyValue> pairs = NameValues.parse(text.name(), text.rest(), escape);
        if (pairs.isEmpty()) {
            throw atLeastOne(text.name());
        }
        noFlags(text);
        for (KeyValue pair : pairs) {
            if (pair.name().isEmpty()) {
                throw wrong(text.name() + " names can not be blank").at("=" + pair.value());
            }
        }
        return pairs;
    }

    /** The words of a list that may be JSON. */
    private static List<String> list(InstructionText text) throws SyntaxException {
        Optional<List<String>> json = JsonWords.parse(text.rest());
        if (json.isPresent()) {
            return json.get();
        }
        return text.rest().isEmpty() ? List.of() : Whitespace.splitArguments(text.rest());
    }

    private static Instruction.Command command(String rest, List<Heredoc> heredocs) throws SyntaxException {
        Optional<List<String>> json = JsonWords.parse(rest);
        if (json.isPresent()) {
            return new Instruction.Command(json.get(), false, heredocs);
        }
        return new Instruction.Command(rest.isEmpty() ? List.of() : List.of(rest), true, heredocs);
    }

    private static Instruction.Command command(InstructionText text, List<Heredoc> heredocs) throws SyntaxException {
        noFlags(text);
        return command(text.rest(), heredocs);
    }

    private Instruction from(Source source, InstructionText text) throws SyntaxException {
        List<String> words = text.rest().isEmpty() ? List.of() : Whitespace.splitArguments(text.rest());
        String stage = "";
        if (words.size() == 3 && words.get(1).equalsIgnoreCase("as")) {
            stage = words.get(2).toLowerCase(Locale.ROOT);
            if (!STAGE_NAME.matcher(stage).matches()) {
                throw wrong("invalid name for build stage: " + GoQuote.quote(words.get(2))
                                + ", name can't start with a number or contain symbols")
                        .at(words.get(2));
            }
        } else if (words.size() != 1) {
            throw wrong("FROM requires either one or three arguments");
        }
        FlagSet flags = new FlagSet().texts("platform").parse(text.flags());
        return new Instruction.From(source, words.get(0), stage, flags.text("platform"));
    }

    private Instruction run(Source source, InstructionText text, List<Heredoc> heredocs) throws SyntaxException {
        FlagSet flags = new FlagSet()
                .lists("mount", "device")
                .texts("network", "security")
                .parse(text.flags());
        List<Device> devices = new ArrayList<>();
        for (String device : flags.list("device")) {
            devices.add(Device.parse(device));
        }
        List<MountFlag> mounts = new ArrayList<>();
        for (String mount : flags.list("mount")) {
            mounts.add(MountFlag.parse(mount));
        }
        String network = flags.isGiven("network") ? flags.text("network") : "default";
        if (!NETWORKS.contains(network)) {
            throw wrong("invalid network mode " + GoQuote.quote(network)).at("--network");
        }
        String security = flags.isGiven("security") ? flags.text("security") : "sandbox";
        if (!SECURITY.contains(security)) {
            throw wrong("security " + GoQuote.quote(security) + " is not valid").at("--security");
        }
        return new Instruction.Run(source, command(text.rest(), heredocs), mounts, network, security, devices);
    }

    private static Instruction shell(Source source, InstructionText text) throws SyntaxException {
        Instruction.Command command = command(text, List.of());
        if (command.words().isEmpty()) {
            throw atLeastOne("SHELL");
        }
        if (command.shell()) {
            String hint = UNESCAPED_PATH.matcher(text.rest()).find()
                    ? ". It looks like a file path without escaped backslashes; JSON wants [\"c:\\\\path\\\\to\\\\file.exe\","
                            + " \"/parameter\"]"
                    : "";
            throw wrong("SHELL requires the arguments to be in JSON form" + hint);
        }
        return new Instruction.Shell(source, command.words());
    }

    private Instruction.Files files(InstructionText text, List<Heredoc> heredocs) throws SyntaxException {
        List<String> words = list(text);
        if (words.size() < 2) {
            throw wrong(text.name()
                    + " requires at least two arguments, but only one was provided. Destination could not be determined");
        }
        String destination = words.get(words.size() - 1);
        if (Heredoc.ofWord(destination).isPresent()) {
            throw wrong(text.name() + " cannot accept a heredoc as a destination").at(destination);
        }
        List<String> paths = new ArrayList<>();
        List<Heredoc> documents = new ArrayList<>();
        for (String word : words.subList(0, words.size() - 1)) {
            Optional<Heredoc> announced = Heredoc.ofWord(word);
            if (announced.isEmpty()) {
                paths.add(word);
                continue;
            }
            String name = announced.get().name();
            String content = heredocs.stream()
                    .filter(heredoc -> heredoc.name().equals(name))
                    .reduce((first, last) -> last)
                    .map(Heredoc::content)
                    .orElse("");
            documents.add(announced.get().withContent(content));
        }
        return new Instruction.Files(paths, documents, destination);
    }

    private Instruction copy(Source source, InstructionText text, List<Heredoc> heredocs) throws SyntaxException {
        FlagSet flags = new FlagSet()
                .texts("chown", "from", "chmod")
                .booleans("link", "parents")
                .lists("exclude");
        requireArguments(text);
        flags.parse(text.flags());
        return new Instruction.Copy(
                source,
                files(text, heredocs),
                flags.text("from"),
                flags.text("chown"),
                flags.text("chmod"),
                flags.isTrue("link"),
                flags.isTrue("parents"),
                flags.list("exclude"));
    }

    private Instruction add(Source source, InstructionText text, List<Heredoc> heredocs) throws SyntaxException {
        FlagSet flags = new FlagSet()
                .texts("chown", "chmod", "checksum")
                .booleans("link", "keep-git-dir", "unpack")
                .lists("exclude");
        requireArguments(text);
        flags.parse(text.flags());
        return new Instruction.Add(
                source,
                files(text, heredocs),
                flags.text("chown"),
                flags.text("chmod"),
                flags.isTrue("link"),
                flags.isGiven("keep-git-dir") ? flags.isTrue("keep-git-dir") : null,
                flags.text("checksum"),
                flags.isGiven("unpack") ? flags.isTrue("unpack") : null,
                flags.list("exclude"));
    }

    private void requireArguments(InstructionText text) throws SyntaxException {
        if (list(text).size() < 2) {
            files(text, List.of());
        }
    }

    private Instruction arg(Source source, InstructionText text) throws SyntaxException {
        List<String> words = NameValues.words(text.rest(), escape);
        if (words.isEmpty()) {
            throw atLeastOne("ARG");
        }
        List<Instruction.Arg.Definition> definitions = new ArrayList<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals == 0) {
                throw wrong("ARG names can not be blank").at(word);
            }
            definitions.add(new Instruction.Arg.Definition(
                    equals < 0 ? word : word.substring(0, equals), equals < 0 ? null : word.substring(equals + 1)));
        }
        return new Instruction.Arg(source, definitions);
    }

    private static Instruction expose(Source source, InstructionText text) throws SyntaxException {
        if (text.rest().isEmpty()) {
            throw atLeastOne("EXPOSE");
        }
        noFlags(text);
        List<String> ports = new ArrayList<>(Whitespace.splitArguments(text.rest()));
        Collections.sort(ports);
        return new Instruction.Expose(source, ports);
    }

    private static Instruction volume(Source source, InstructionText text) throws SyntaxException {
        List<String> words = list(text);
        if (words.isEmpty()) {
            throw atLeastOne("VOLUME");
        }
        noFlags(text);
        List<String> paths = new ArrayList<>();
        for (String word : words) {
            String path = Whitespace.trim(word);
            if (path.isEmpty()) {
                throw wrong("VOLUME specified can not be an empty string");
            }
            paths.add(path);
        }
        return new Instruction.Volume(source, paths);
    }

    private static Instruction stopSignal(Source source, InstructionText text) throws SyntaxException {
        // BuildKit does not look at the flags of this one.
        if (text.rest().isEmpty()) {
            throw wrong("STOPSIGNAL requires exactly one argument");
        }
        return new Instruction.StopSignal(source, text.rest());
    }

    private Instruction onBuild(Source source, InstructionText text, LogicalLine line) throws SyntaxException {
        if (text.rest().isEmpty()) {
            throw atLeastOne("ONBUILD");
        }
        noFlags(text);
        InstructionText trigger = InstructionText.split(text.rest(), escape);
        switch (trigger.name()) {
            case "ONBUILD" -> throw wrong("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
            case "MAINTAINER", "FROM" -> throw wrong(trigger.name() + " isn't allowed as an ONBUILD trigger");
            case "ENV", "LABEL" -> NameValues.parse(trigger.name(), trigger.rest(), escape);
            default -> JsonWords.parse(trigger.rest());
        }
        Matcher keyword = ONBUILD.matcher(line.text());
        StringBuilder expression = new StringBuilder(keyword.replaceFirst(""));
        for (Heredoc heredoc : line.heredocs()) {
            expression.append('\n').append(heredoc.content()).append(heredoc.name());
        }
        return new Instruction.OnBuild(source, expression.toString());
    }

    private static Healthcheck healthcheck(InstructionText text) throws SyntaxException {
        String rest = text.rest();
        if (rest.isEmpty()) {
            throw atLeastOne("HEALTHCHECK");
        }
        int end = 0;
        while (end < rest.length() && !Whitespace.isSpace(rest.charAt(end))) {
            end++;
        }
        String type = rest.substring(0, end).toUpperCase(Locale.ROOT);
        Instruction.Command command = command(Whitespace.trimLeft(rest.substring(end)), List.of());
        if (type.equals("NONE")) {
            if (!command.words().isEmpty()) {
                throw wrong("HEALTHCHECK NONE takes no arguments");
            }
            return new Healthcheck(List.of("NONE"), 0, 0, 0, 0, 0);
        }
        FlagSet flags = new FlagSet()
                .texts("interval", "timeout", "start-period", "start-interval", "retries")
                .parse(text.flags());
        if (!type.equals("CMD")) {
            throw wrong("Unknown type " + GoQuote.quote(type) + " in HEALTHCHECK (try CMD)");
        }
        if (command.words().isEmpty()) {
            throw wrong("Missing command after HEALTHCHECK CMD");
        }
        List<String> test = new ArrayList<>();
        test.add(command.shell() ? "CMD-SHELL" : "CMD");
        test.addAll(command.words());
        return new Healthcheck(
                test,
                interval(flags, "interval"),
                interval(flags, "timeout"),
                interval(flags, "start-period"),
                interval(flags, "start-interval"),
                retries(flags.text("retries")));
    }

    private static long interval(FlagSet flags, String name) throws SyntaxException {
        String value = flags.text(name);
        if (value.isEmpty()) {
            return 0;
        }
        long nanoseconds;
        try {
            nanoseconds = GoDuration.parse(value);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage()).at("--" + name);
        }
        if (nanoseconds != 0 && nanoseconds < SHORTEST_INTERVAL) {
            throw wrong("Interval " + GoQuote.quote(name) + " cannot be less than 1ms").at("--" + name);
        }
        return nanoseconds;
    }

    private static int retries(String value) throws SyntaxException {
        if (value.isEmpty()) {
            return 0;
        }
        int retries;
        try {
            retries = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            String why = value.matches("[+-]?[0-9]+") ? "value out of range" : "invalid syntax";
            throw wrong("strconv.ParseInt: parsing " + GoQuote.quote(value) + ": " + why).at("--retries");
        }
        if (retries < 0) {
            throw wrong("--retries cannot be negative (" + retries + ")").at("--retries");
        }
        return retries;
    }
}
