package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A line cut into keyword, flags and the rest.
 *
 * @param keyword as written
 * @param flags words that begin with {@code --}, quotes and escapes resolved
 * @param rest what follows the flags, blanks at either end dropped
 */
record InstructionText(String keyword, List<String> flags, String rest) {
    InstructionText {
        flags = List.copyOf(flags);
    }

    String name() {
        return keyword.toUpperCase(Locale.ROOT);
    }

    static InstructionText split(String line, char escape) {
        String trimmed = Whitespace.trim(line);
        int end = 0;
        while (end < trimmed.length() && !Whitespace.separatesArguments(trimmed.charAt(end))) {
            end++;
        }
        List<String> flags = new ArrayList<>();
        int rest = readFlags(trimmed, end, escape, flags);
        return new InstructionText(trimmed.substring(0, end), flags, Whitespace.trim(trimmed.substring(rest)));
    }

    /** Reads flags from {@code start} on and returns where the rest begins. */
    private static int readFlags(String line, int start, char escape, List<String> flags) {
        int position = start;
        while (true) {
            while (position < line.length() && Whitespace.isSpace(line.charAt(position))) {
                position++;
            }
            if (!line.startsWith("--", position)) {
                return position;
            }
            StringBuilder word = new StringBuilder();
            position = readFlag(line, position, escape, word);
            if (word.toString().equals("--")) {
                return position;
            }
            flags.add(word.toString());
        }
    }

    private static int readFlag(String line, int start, char escape, StringBuilder word) {
        char quote = 0;
        int i = start;
        for (; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote == 0 && Whitespace.isSpace(c)) {
                return i;
            }
            if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
            } else if (c == quote && quote != 0) {
                quote = 0;
            } else if (c == escape) {
                // An escape character at the end of the line is dropped.
                if (++i < line.length()) {
                    word.append(line.charAt(i));
                }
            } else {
                word.append(c);
            }
        }
        return line.length();
    }
}
