package io.jenkins.plugins.windowsimage.engine.dockerfile;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A Dockerfile that cannot be built, with everything that is wrong with it. The message shows each problem with file, line,
 * column and the line itself.
 */
public class DockerfileException extends EngineException {
    private static final long serialVersionUID = 1L;
    private static final int WIDEST = 160;
    private static final int LONGEST = 2000;

    private final transient List<Problem> problems;

    DockerfileException(ErrorKind kind, String file, List<Problem> problems) {
        super(kind, problems.stream().flatMap(problem -> show(file, problem).lines()).toList());
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, in the order of the lines; at least one. */
    public List<Problem> problems() {
        return problems;
    }

    /** The line of the first problem; 0 when it concerns none. */
    public int line() {
        return problems.get(0).line();
    }

    /** All problems on one line each, in BuildKit's words, without the text of the Dockerfile. */
    public String summary() {
        return problems.stream()
                .map(problem -> cut(problem.buildKitMessage(), LONGEST))
                .collect(Collectors.joining("; "));
    }

    private static String show(String file, Problem problem) {
        String message = cut(problem.message(), LONGEST);
        if (problem.line() == 0) {
            return file + ": " + message;
        }
        String head = file + ":" + problem.line() + ":" + problem.column() + ": " + message;
        if (problem.source().isEmpty() || problem.column() > WIDEST) {
            return head;
        }
        String number = String.format("%5d | ", problem.line());
        String marker = " ".repeat(number.length() - 2) + "| " + " ".repeat(problem.column() - 1) + "^";
        return head + "\n" + number + cut(problem.source().replace('\t', ' '), WIDEST) + "\n" + marker;
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "...";
    }
}
