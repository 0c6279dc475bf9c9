package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** The fields of one line of comma-separated values (RFC 4180), the form of {@code --mount} and {@code --device}. */
final class CommaFields {
    private static final String UNFINISHED = "extraneous or missing \" in quoted-field";

    private CommaFields() {}

    static List<String> parse(String line, String what) throws SyntaxException {
        if (line.isEmpty()) {
            throw broken(what, "EOF");
        }
        List<String> fields = new ArrayList<>();
        int i = 0;
        while (true) {
            StringBuilder field = new StringBuilder();
            if (i < line.length() && line.charAt(i) == '"') {
                i = quoted(line, i + 1, field, what);
                if (i < line.length() && line.charAt(i) != ',') {
                    throw broken(what, i, UNFINISHED);
                }
            } else {
                while (i < line.length() && line.charAt(i) != ',') {
                    if (line.charAt(i) == '"') {
                        throw broken(what, i + 1, "bare \" in non-quoted-field");
                    }
                    field.append(line.charAt(i++));
                }
            }
            fields.add(field.toString());
            if (i >= line.length()) {
                return fields;
            }
            i++;
        }
    }

    private static int quoted(String line, int start, StringBuilder field, String what) throws SyntaxException {
        int afterQuote = start;
        for (int i = start; i < line.length(); i++) {
            if (line.charAt(i) != '"') {
                field.append(line.charAt(i));
            } else if (i + 1 < line.length() && line.charAt(i + 1) == '"') {
                field.append('"');
                i++;
                afterQuote = i + 1;
            } else {
                return i + 1;
            }
        }
        throw broken(what, afterQuote + 1, UNFINISHED);
    }

    private static SyntaxException broken(String what, int column, String why) {
        return broken(what, "parse error on line 1, column " + column + ": " + why);
    }

    private static SyntaxException broken(String what, String why) {
        return SyntaxException.ofInstruction("failed to parse csv " + what + ": " + why);
    }
}
