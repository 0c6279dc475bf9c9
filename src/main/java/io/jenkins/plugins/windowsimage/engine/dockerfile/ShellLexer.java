package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One pass over one word by the rules of {@link ShellWords}. Not thread-safe, used once. */
final class ShellLexer {
    private static final int END = -1;
    private static final int DEEPEST = 500;

    private final String source;
    private final ShellWords rules;
    private final Variables variables;
    private final Set<String> used = new LinkedHashSet<>();
    private final Set<String> missing = new LinkedHashSet<>();
    private int position;
    private int depth;
    private boolean keepEscapes;

    ShellLexer(String source, ShellWords rules, Variables variables) {
        this.source = source;
        this.rules = rules;
        this.variables = variables;
        this.position = source.startsWith("\uFEFF") ? 1 : 0;
        this.keepEscapes = rules.keepEscapes();
    }

    ShellWords.Result run() throws ExpansionException {
        try {
            Piece piece = readUntil(END, keepEscapes);
            return new ShellWords.Result(piece.text.toString(), piece.finish(), used, missing);
        } catch (ExpansionException e) {
            throw new ExpansionException(
                    "failed to process " + GoQuote.quote(source) + ": " + e.getMessage(), missing);
        }
    }

    private Piece readUntil(int stop, boolean escapesStay) throws ExpansionException {
        if (++depth > DEEPEST) {
            throw new ExpansionException("syntax error: substitutions are nested too deeply");
        }
        boolean before = keepEscapes;
        keepEscapes = escapesStay;
        try {
            Piece piece = new Piece();
            while (peek() != END) {
                if (peek() == stop) {
                    next();
                    return piece;
                }
                readOne(piece);
            }
            if (stop != END) {
                throw new ExpansionException("unexpected end of statement while looking for matching "
                        + Character.toString(stop));
            }
            return piece;
        } finally {
            keepEscapes = before;
            depth--;
        }
    }

    private void readOne(Piece piece) throws ExpansionException {
        int c = peek();
        if (c == '$') {
            String value = dollar();
            piece.text.append(value);
            value.codePoints().forEach(piece::addSplitting);
        } else if (c == '<') {
            piece.addWhole(possibleHeredoc());
        } else if (c == '\'' && !rules.plainQuotes()) {
            piece.addWhole(singleQuoted());
        } else if (c == '"' && !rules.plainQuotes()) {
            piece.addWhole(doubleQuoted());
        } else {
            next();
            if (c == rules.escape()) {
                if (keepEscapes) {
                    piece.addWhole(Character.toString(c));
                }
                // An escape character at the very end is dropped.
                if (peek() != END) {
                    piece.addWhole(Character.toString(next()));
                }
            } else {
                piece.text.appendCodePoint(c);
                piece.addSplitting(c);
            }
        }
    }

    private String singleQuoted() throws ExpansionException {
        int start = position++;
        int end = source.indexOf('\'', position);
        if (end < 0) {
            position = source.length();
            throw new ExpansionException("unexpected end of statement while looking for matching single-quote");
        }
        position = end + 1;
        return rules.keepQuotes() ? source.substring(start, position) : source.substring(start + 1, end);
    }

    private String doubleQuoted() throws ExpansionException {
        StringBuilder result = new StringBuilder();
        next();
        if (rules.keepQuotes()) {
            result.append('"');
        }
        while (true) {
            int c = peek();
            if (c == END) {
                throw new ExpansionException("unexpected end of statement while looking for matching double-quote");
            }
            if (c == '$') {
                result.append(dollar());
                continue;
            }
            next();
            if (c == '"') {
                return rules.keepQuotes() ? result.append('"').toString() : result.toString();
            }
            if (c == rules.escape()) {
                if (keepEscapes) {
                    result.appendCodePoint(c);
                }
                if (peek() == END) {
                    continue;
                }
                // Only these can be escaped between double quotes; before anything else the escape character stays.
                if (peek() == '"' || peek() == '$' || peek() == rules.escape()) {
                    c = next();
                }
            }
            result.appendCodePoint(c);
        }
    }

    private String possibleHeredoc() {
        next();
        if (peek() != '<') {
            return "<";
        }
        next();
        int start = position;
        while (peek() == '\t' || peek() == '\r' || peek() == ' ') {
            next();
        }
        return "<<" + source.substring(start, position);
    }

    private String dollar() throws ExpansionException {
        next();
        if (peek() != '{') {
            String name = name();
            if (name.isEmpty()) {
                return "$";
            }
            Optional<String> value = lookUp(name);
            return value.orElse(rules.keepUnset() ? "$" + name : "");
        }
        next();
        switch (peek()) {
            case END -> throw new ExpansionException("syntax error: missing '}'");
            case '{', '}', ':' -> throw new ExpansionException("syntax error: bad substitution");
            default -> {
                return substitution(name());
            }
        }
    }

    private String substitution(String name) throws ExpansionException {
        int operator = next();
        if (operator == '}') {
            Optional<String> value = lookUp(name);
            return value.orElse(rules.keepUnset() ? "${" + name + "}" : "");
        }
        if (operator == '/') {
            return replacement(name);
        }
        String shown = shown(operator);
        boolean emptyIsUnset = operator == ':';
        if (emptyIsUnset) {
            operator = next();
            shown += shown(operator);
        }
        boolean trims = operator == '#' || operator == '%';
        if (!emptyIsUnset && "+-?#%".indexOf(operator) < 0 || emptyIsUnset && trims) {
            throw new ExpansionException("unsupported modifier (" + shown + ") in substitution");
        }
        String word = word('}', trims, "syntax error: missing '}'");
        Optional<String> found = lookUp(name);
        if (rules.keepUnset() && found.isEmpty()) {
            return "${" + name + shown + word + "}";
        }
        boolean absent = found.isEmpty() || (emptyIsUnset && found.get().isEmpty());
        return switch (operator) {
            case '-' -> absent ? word : found.get();
            case '+' -> absent ? "" : word;
            case '?' -> required(name, word, found, absent);
            case '#', '%' -> trimmed(operator, word, found.orElse(""));
            default -> throw new ExpansionException("unsupported modifier (" + shown + ") in substitution");
        };
    }

    private static String required(String name, String word, Optional<String> found, boolean absent)
            throws ExpansionException {
        if (!absent) {
            return found.get();
        }
        String standard = found.isEmpty() ? "is not allowed to be unset" : "is not allowed to be empty";
        throw new ExpansionException(name + ": " + (word.isEmpty() ? standard : word));
    }

    private static String trimmed(int operator, String word, String value) throws ExpansionException {
        boolean longest = !word.isEmpty() && word.charAt(0) == operator;
        String pattern = longest ? word.substring(1) : word;
        return operator == '#'
                ? ShellPattern.compile(pattern).withoutPrefix(value, longest)
                : ShellPattern.compile(pattern).withoutSuffix(value, longest);
    }

    private String replacement(String name) throws ExpansionException {
        boolean all = peek() == '/';
        if (all) {
            next();
        }
        String pattern = word('/', true, "syntax error: missing '/' in ${}");
        String replacement = word('}', true, "syntax error: missing '}'");
        Optional<String> value = lookUp(name);
        if (rules.keepUnset() && value.isEmpty()) {
            return "${" + name + "/" + pattern + "/" + replacement + "}";
        }
        return ShellPattern.compile(pattern).replace(value.orElse(""), replacement, all);
    }

    private String word(int stop, boolean escapesStay, String atEnd) throws ExpansionException {
        try {
            return readUntil(stop, escapesStay).text.toString();
        } catch (ExpansionException e) {
            throw peek() == END ? new ExpansionException(atEnd) : e;
        }
    }

    private static String shown(int c) {
        return c == END ? "\uFFFD" : Character.toString(c);
    }

    /** A name, a number, or one of the shell's special parameters. */
    private String name() {
        int start = position;
        if (Character.isDigit(peek())) {
            while (Character.isDigit(peek())) {
                next();
            }
        } else if (peek() != END && "@*#?-$!".indexOf(peek()) >= 0) {
            next();
        } else {
            while (Character.isLetter(peek()) || Character.isDigit(peek()) || peek() == '_') {
                next();
            }
        }
        return source.substring(start, position);
    }

    private Optional<String> lookUp(String name) {
        Optional<String> value = variables.get(name);
        (value.isPresent() ? used : missing).add(name);
        return value;
    }

    private int peek() {
        return position < source.length() ? source.codePointAt(position) : END;
    }

    private int next() {
        int c = peek();
        position += c == END ? 0 : Character.charCount(c);
        return c;
    }

    /** A result that grows as one text and as words. */
    private static final class Piece {
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder word = new StringBuilder();
        private final List<String> words = new ArrayList<>();

        void addSplitting(int c) {
            if (!Whitespace.isSpace(c)) {
                word.appendCodePoint(c);
            } else if (word.length() > 0) {
                words.add(word.toString());
                word.setLength(0);
            }
        }

        void addWhole(String part) {
            text.append(part);
            word.append(part);
        }

        List<String> finish() {
            if (word.length() > 0) {
                words.add(word.toString());
                word.setLength(0);
            }
            return words;
        }
    }
}
