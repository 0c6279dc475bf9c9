package io.jenkins.plugins.windowsimage.engine.plan;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Makes the one string that Windows starts a process with. The shell form is handed on as it is, the way the classic builder
 * does; words of the exec form are quoted by the rules of {@code CommandLineToArgvW}.
 */
final class CommandLine {
    private CommandLine() {}

    static String ofShell(List<String> shell, String text) {
        String rest = shell.subList(1, shell.size()).stream().map(argument -> argument + " ").collect(Collectors.joining());
        return program(shell.get(0)) + " " + rest + text;
    }

    static String ofWords(List<String> words) {
        if (words.isEmpty()) {
            return "";
        }
        String rest = words.subList(1, words.size()).stream()
                .map(word -> " " + quote(word))
                .collect(Collectors.joining());
        return program(words.get(0)) + rest;
    }

    /** The program's name knows no escapes: quotes around it are all that can be done. */
    private static String program(String name) {
        boolean plain = !name.isEmpty() && name.chars().noneMatch(c -> c == ' ' || c == '\t');
        return plain || name.startsWith("\"") ? name : "\"" + name + "\"";
    }

    /** Backslashes count only in front of a quote, where each is doubled. */
    private static String quote(String word) {
        boolean needed = word.isEmpty() || word.chars().anyMatch(c -> c == ' ' || c == '\t' || c == '\n' || c == 0x0B);
        StringBuilder out = new StringBuilder(needed ? "\"" : "");
        int backslashes = 0;
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c == '\\') {
                backslashes++;
            } else {
                out.append("\\".repeat(c == '"' ? 2 * backslashes + 1 : backslashes)).append(c);
                backslashes = 0;
            }
        }
        return out.append("\\".repeat(needed ? 2 * backslashes : backslashes))
                .append(needed ? "\"" : "")
                .toString();
    }
}
