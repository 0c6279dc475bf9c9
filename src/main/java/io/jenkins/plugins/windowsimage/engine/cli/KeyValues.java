package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.dockerfile.Suggestion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The value of an option of the form {@code key=value,"key=value, with a comma"}, as docker writes them. */
final class KeyValues {
    /** RFC 4180: a field in quotes, in which a quote is written twice, or one without. */
    private static final Pattern FIELD = Pattern.compile("\\G(?:\"((?:[^\"]++|\"\")*+)\"|([^\",]*+))(?:,|$)");

    private final String option;
    private final Map<String, String> values;

    private KeyValues(String option, Map<String, String> values) {
        this.option = option;
        this.values = values;
    }

    /** @param keys those that may be used */
    static KeyValues parse(String option, String text, String... keys) {
        Map<String, String> values = new LinkedHashMap<>();
        Matcher fields = FIELD.matcher(text);
        int end = 0;
        while (end < text.length() && fields.find()) {
            end = fields.end();
            String field = fields.group(1) == null ? fields.group(2) : fields.group(1).replace("\"\"", "\"");
            int equals = field.indexOf('=');
            if (equals <= 0) {
                throw Usage.error(option + " " + text + ": \"" + field + "\" is not key=value");
            }
            String key = field.substring(0, equals).trim().toLowerCase(Locale.ROOT);
            if (!List.of(keys).contains(key)) {
                throw Usage.error(option + " " + text + ": there is no " + key + "="
                        + Suggestion.suffix(Suggestion.nearest(key, List.of(keys))) + "; use " + String.join(", ", keys));
            }
            values.put(key, field.substring(equals + 1));
        }
        if (end < text.length()) {
            throw Usage.error(option + " " + text + ": a quote is missing or in the wrong place");
        }
        return new KeyValues(option, values);
    }

    /** The value, or null. */
    String get(String key) {
        return values.get(key);
    }

    /** The value as true or false. */
    boolean flag(String key, boolean otherwise) {
        String value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw unknown(key, "true or false");
        };
    }

    /** The value, or a sentence that it is missing. */
    String require(String key) {
        String value = values.get(key);
        if (value == null || value.isEmpty()) {
            throw Usage.error(option + " needs " + key + "=...");
        }
        return value;
    }

    /** A sentence that this value is not one of those that are known. */
    RuntimeException unknown(String key, String known) {
        return Usage.error(option + " " + key + "=" + values.get(key) + " is not known; use " + known);
    }
}
