package io.jenkins.plugins.windowsimage.engine.dockerfile;

import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with one Dockerfile, so that all of it is said at once. Not thread-safe. */
public final class ProblemList {
    /** More than this nobody reads; a file that is no Dockerfile at all would have one a line. */
    private static final int MOST = 10;

    private final String file;
    private final List<String> physical;
    private final List<Problem> problems = new ArrayList<>();

    /**
     * @param file name for messages
     * @param physical its lines
     */
    public ProblemList(String file, List<String> physical) {
        this.file = file;
        this.physical = physical;
    }

    boolean isFull() {
        return problems.size() >= MOST;
    }

    void keepFirst() {
        if (problems.size() > 1) {
            problems.subList(1, problems.size()).clear();
        }
    }

    public boolean isEmpty() {
        return problems.isEmpty();
    }

    void add(int line, int endLine, SyntaxException problem) {
        add(line, endLine, problem.getMessage(), problem.token(), problem.isOfInstruction());
    }

    /** Adds what is wrong with an instruction, with BuildKit's words. */
    public void add(Source source, String message) {
        add(source.line(), source.endLine(), message, "", false);
    }

    /** Adds what concerns no line, or the whole of one. */
    public void add(int line, String message) {
        add(line, line, message, "", false);
    }

    private void add(int line, int endLine, String message, String token, boolean instruction) {
        if (isFull()) {
            return;
        }
        int at = line;
        int column = 1;
        if (!token.isEmpty()) {
            for (int i = line; i <= Math.min(endLine, physical.size()); i++) {
                int found = physical.get(i - 1).indexOf(token);
                if (found >= 0) {
                    at = i;
                    column = found + 1;
                    break;
                }
            }
        }
        String shown = at >= 1 && at <= physical.size() ? shown(physical.get(at - 1)) : "";
        if (token.isEmpty()) {
            column = shown.length() - shown.stripLeading().length() + 1;
        }
        problems.add(new Problem(line, column, Math.max(line, endLine), shown, message, instruction));
    }

    private static String shown(String line) {
        return line.stripTrailing();
    }

    /**
     * @throws DockerfileException of kind DOCKERFILE_PARSE if there is a problem
     */
    public void throwIfAny() {
        if (!problems.isEmpty()) {
            throw toException(ErrorKind.DOCKERFILE_PARSE);
        }
    }

    /** All problems in the order of their lines. */
    public DockerfileException toException(ErrorKind kind) {
        return new DockerfileException(
                kind, file, problems.stream().sorted(Comparator.comparingInt(Problem::line)).toList());
    }
}
