package io.jenkins.plugins.windowsimage.engine.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The value of an option of the form {@code key=value,key=value}, as docker writes them. */
final class KeyValues {
    private final String option;
    private final Map<String, String> values;

    private KeyValues(String option, Map<String, String> values) {
        this.option = option;
        this.values = values;
    }

    static KeyValues parse(String option, String text) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String field : text.split(",")) {
            int equals = field.indexOf('=');
            if (equals <= 0) {
                throw Usage.error(option + " " + text + ": \"" + field + "\" is not key=value");
            }
            values.put(field.substring(0, equals).trim().toLowerCase(Locale.ROOT), field.substring(equals + 1));
        }
        return new KeyValues(option, values);
    }

    /** The value, or null. */
    String get(String key) {
        return values.get(key);
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
