package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The flags of one instruction, checked against those it knows. Not thread-safe. */
final class FlagSet {
    private enum Type {
        BOOLEAN,
        TEXT,
        LIST
    }

    private final Map<String, Type> known = new LinkedHashMap<>();
    private final Map<String, List<String>> given = new LinkedHashMap<>();

    FlagSet booleans(String... names) {
        return add(Type.BOOLEAN, names);
    }

    FlagSet texts(String... names) {
        return add(Type.TEXT, names);
    }

    FlagSet lists(String... names) {
        return add(Type.LIST, names);
    }

    private FlagSet add(Type type, String... names) {
        for (String name : names) {
            known.put(name, type);
        }
        return this;
    }

    FlagSet parse(List<String> flags) throws SyntaxException {
        for (String flag : flags) {
            int equals = flag.indexOf('=');
            String written = equals < 0 ? flag : flag.substring(0, equals);
            String value = equals < 0 ? null : flag.substring(equals + 1);
            String name = written.substring(2);
            Type type = known.get(name);
            if (type == null) {
                throw wrong("unknown flag: " + written + Suggestion.suffix(Suggestion.nearest(name, known.keySet())), flag);
            }
            if (given.containsKey(name) && type != Type.LIST) {
                throw wrong("duplicate flag specified: " + written, flag);
            }
            given.computeIfAbsent(name, any -> new ArrayList<>()).add(checked(type, written, value, flag));
        }
        return this;
    }

    private static String checked(Type type, String written, String value, String flag) throws SyntaxException {
        if (type != Type.BOOLEAN) {
            if (value == null) {
                throw wrong("missing a value on flag: " + written, flag);
            }
            return value;
        }
        if (value == null) {
            return "true";
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> "true";
            case "false" -> "false";
            case "" -> throw wrong("missing a value on flag: " + written, flag);
            default -> throw wrong("expecting boolean value for flag " + written + ", not: " + value, flag);
        };
    }

    private static SyntaxException wrong(String message, String flag) {
        return SyntaxException.ofInstruction(message).at(flag);
    }

    boolean isGiven(String name) {
        return given.containsKey(name);
    }

    boolean isTrue(String name) {
        return text(name).equals("true");
    }

    /** The value; empty when the flag is not given. */
    String text(String name) {
        return given.containsKey(name) ? given.get(name).get(0) : "";
    }

    List<String> list(String name) {
        return given.getOrDefault(name, List.of());
    }
}
