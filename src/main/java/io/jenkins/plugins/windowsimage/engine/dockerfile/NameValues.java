package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** The arguments of ENV, LABEL and ARG. */
final class NameValues {
    private NameValues() {}

    /** Reads {@code name=value ...} or the old {@code name value}; a name may turn out empty. */
    static List<KeyValue> parse(String instruction, String rest, char escape) throws SyntaxException {
        List<String> words = words(rest, escape);
        if (words.isEmpty()) {
            return List.of();
        }
        if (words.get(0).indexOf('=') < 0) {
            return List.of(oldForm(instruction, rest));
        }
        List<KeyValue> pairs = new ArrayList<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 0) {
                throw new SyntaxException("Syntax error - can't find = in " + GoQuote.quote(word)
                                + ". Must be of the form: name=value")
                        .at(word);
            }
            pairs.add(new KeyValue(word.substring(0, equals), word.substring(equals + 1), false));
        }
        return pairs;
    }

    private static KeyValue oldForm(String instruction, String rest) throws SyntaxException {
        int end = 0;
        while (end < rest.length() && !Whitespace.separatesArguments(rest.charAt(end))) {
            end++;
        }
        int start = end;
        while (start < rest.length() && Whitespace.separatesArguments(rest.charAt(start))) {
            start++;
        }
        if (start == end) {
            throw new SyntaxException(instruction + " must have two arguments");
        }
        return new KeyValue(rest.substring(0, end), rest.substring(start), true);
    }

    /** Cuts at blanks that are neither quoted nor escaped; quotes and escapes stay. */
    static List<String> words(String rest, char escape) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < rest.length(); i++) {
            char c = rest.charAt(i);
            if (quote == 0 && Whitespace.isSpace(c)) {
                if (word.length() > 0) {
                    words.add(word.toString());
                    word.setLength(0);
                }
                continue;
            }
            if (c == escape && quote != '\'') {
                // At the end of the line there is nothing to escape.
                if (i + 1 < rest.length()) {
                    word.append(c).append(rest.charAt(++i));
                }
                continue;
            }
            if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            }
            word.append(c);
        }
        if (word.length() > 0) {
            words.add(word.toString());
        }
        return words;
    }
}
