package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** The fields of one line of comma-separated values (RFC 4180), the form of {@code --mount} and {@code --device}. */
final class CommaFields {
    private CommaFields() {}

    static List<String> parse(String line, String what) throws SyntaxException {
        List<String> fields = new ArrayList<>();
        int i = 0;
        while (true) {
            StringBuilder field = new StringBuilder();
            if (i < line.length() && line.charAt(i) == '"') {
                i = quoted(line, i + 1, field, what);
                if (i < line.length() && line.charAt(i) != ',') {
                    throw broken(what, "extraneous or missing \" in quoted-field");
                }
            } else {
                while (i < line.length() && line.charAt(i) != ',') {
                    if (line.charAt(i) == '"') {
                        throw broken(what, "bare \" in non-quoted-field");
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
        for (int i = start; i < line.length(); i++) {
            if (line.charAt(i) != '"') {
                field.append(line.charAt(i));
            } else if (i + 1 < line.length() && line.charAt(i + 1) == '"') {
                field.append('"');
                i++;
            } else {
                return i + 1;
            }
        }
        throw broken(what, "extraneous or missing \" in quoted-field");
    }

    private static SyntaxException broken(String what, String why) {
        return SyntaxException.ofInstruction("failed to parse csv " + what + ": " + why);
    }
}
