package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Turns the physical lines of a Dockerfile into one line an instruction: parser directives, comments, continuations and
 * heredocs. Runs in time proportional to the text. Not thread-safe, used once.
 */
final class InstructionReader {
    private static final int LONGEST_LINE = 65_535;
    private static final Set<String> WITH_HEREDOC = Set.of("ADD", "COPY", "RUN");

    private final List<String> physical;
    private final ProblemList problems;
    private final List<Directive> directives = new ArrayList<>();
    private final List<LogicalLine> lines = new ArrayList<>();
    private final List<Integer> emptyContinuations = new ArrayList<>();
    private final DirectiveReader directiveReader = new DirectiveReader("#");
    private List<String> comments = new ArrayList<>();
    private char escape = '\\';
    private int position;

    /** @param physical the lines with their ends */
    InstructionReader(List<String> physical, ProblemList problems) {
        this.physical = physical;
        this.problems = problems;
    }

    void read() {
        while (hasNext() && !problems.isFull()) {
            int start = position + 1;
            try {
                readInstruction(start);
            } catch (SyntaxException e) {
                problems.add(start, Math.max(start, position), e);
            }
        }
    }

    char escape() {
        return escape;
    }

    List<Directive> directives() {
        return directives;
    }

    List<LogicalLine> lines() {
        return lines;
    }

    /** The last lines of instructions that contain an empty line. */
    List<Integer> emptyContinuations() {
        return emptyContinuations;
    }

    private boolean hasNext() {
        return position < physical.size();
    }

    /** The next physical line with its end; after a line that is too long nothing is read any more. */
    private String next() throws SyntaxException {
        String line = physical.get(position++);
        if (line.length() > LONGEST_LINE / 3) {
            int end = line.endsWith("\n") ? 1 : 0;
            if (line.getBytes(StandardCharsets.UTF_8).length - end > LONGEST_LINE) {
                int number = position;
                position = physical.size();
                problems.add(number, number,
                        new SyntaxException("dockerfile line greater than max allowed size of " + LONGEST_LINE));
                return "";
            }
        }
        return position == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line;
    }

    private void readInstruction(int start) throws SyntaxException {
        String line = Whitespace.trimLeft(withoutEnd(next()));
        Optional<Directive> directive = directiveReader.read(line, start);
        if (directive.isPresent()) {
            accept(directive.get());
            return;
        }
        if (line.startsWith("#")) {
            String comment = Whitespace.trim(line.substring(1));
            if (comment.isEmpty()) {
                comments = new ArrayList<>();
            } else {
                comments.add(comment);
            }
            return;
        }
        int cut = continuation(line);
        if (line.isEmpty()) {
            return;
        }
        StringBuilder text = new StringBuilder(cut < 0 ? line : line.substring(0, cut));
        if (cut >= 0) {
            readContinuations(text);
        }
        List<String> above = comments;
        comments = new ArrayList<>();
        List<Heredoc> heredocs = readHeredocs(text.toString());
        lines.add(new LogicalLine(start, position, text.toString(), above, heredocs));
    }

    private void accept(Directive directive) throws SyntaxException {
        directives.add(directive);
        if (directive.name().equals("escape")) {
            if (!directive.value().equals("`") && !directive.value().equals("\\")) {
                throw new SyntaxException("invalid escape token '" + directive.value() + "' does not match ` or \\");
            }
            escape = directive.value().charAt(0);
        }
    }

    private void readContinuations(StringBuilder text) throws SyntaxException {
        boolean empty = false;
        boolean more = true;
        while (more && hasNext()) {
            String line = withoutEnd(next());
            String content = Whitespace.trimLeft(line);
            if (content.startsWith("#")) {
                continue;
            }
            if (content.isEmpty()) {
                empty = true;
                continue;
            }
            int cut = continuation(line);
            text.append(cut < 0 ? line : line.substring(0, cut));
            more = cut >= 0;
        }
        if (empty) {
            emptyContinuations.add(position);
        }
    }

    /**
     * Where the escape character stands that continues the line; -1 when the line ends there. Two of them in a row do not
     * continue it.
     */
    private int continuation(String line) {
        int end = line.length();
        while (end > 0 && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\t')) {
            end--;
        }
        boolean continues = end > 0
                && line.charAt(end - 1) == escape
                && (end == 1 || line.charAt(end - 2) != escape);
        return continues ? end - 1 : -1;
    }

    private List<Heredoc> readHeredocs(String line) throws SyntaxException {
        if (!line.contains("<<") || !mayHaveHeredoc(line)) {
            return List.of();
        }
        List<Heredoc> heredocs = new ArrayList<>();
        for (Heredoc announced : Heredoc.announcedBy(line)) {
            heredocs.add(announced.withContent(readContent(announced)));
        }
        return heredocs;
    }

    private boolean mayHaveHeredoc(String line) throws SyntaxException {
        InstructionText text = InstructionText.split(line, escape);
        if (text.name().equals("ONBUILD")) {
            text = InstructionText.split(text.rest(), escape);
        }
        return WITH_HEREDOC.contains(text.name()) && JsonWords.parse(text.rest()).isEmpty();
    }

    private String readContent(Heredoc heredoc) throws SyntaxException {
        StringBuilder content = new StringBuilder();
        while (hasNext()) {
            String line = next();
            String end = withoutEnd(line);
            if (heredoc.chomp()) {
                end = end.substring(leadingTabs(end));
            }
            if (end.equals(heredoc.name())) {
                return content.toString();
            }
            content.append(line);
        }
        throw new SyntaxException("unterminated heredoc").at("<<");
    }

    private static int leadingTabs(String line) {
        int count = 0;
        while (count < line.length() && line.charAt(count) == '\t') {
            count++;
        }
        return count;
    }

    private static String withoutEnd(String line) {
        int end = line.length();
        while (end > 0 && (line.charAt(end - 1) == '\n' || line.charAt(end - 1) == '\r')) {
            end--;
        }
        return line.substring(0, end);
    }
}
