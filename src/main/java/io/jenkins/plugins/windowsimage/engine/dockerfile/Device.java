package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.List;
import java.util.Locale;

/**
 * A {@code RUN --device} flag.
 *
 * @param name of the device, such as {@code vendor.com/gpu=all}
 * @param required whether the build fails without it
 */
public record Device(String name, boolean required) {

    static Device parse(String text) throws SyntaxException {
        String name = "";
        boolean required = false;
        for (String field : CommaFields.parse(text, "devices")) {
            int equals = field.indexOf('=');
            String key = (equals < 0 ? field : field.substring(0, equals)).toLowerCase(Locale.ROOT);
            String value = equals < 0 ? "" : field.substring(equals + 1);
            if (key.equals("required")) {
                required = equals < 0 || Mount.truth(key, value);
            } else if (key.equals("name") && equals >= 0) {
                if (!name.isEmpty()) {
                    throw SyntaxException.ofInstruction("device name already set to " + name);
                }
                name = value;
            } else if (name.isEmpty()) {
                name = field;
            } else if (equals < 0) {
                throw SyntaxException.ofInstruction("invalid field '" + field + "' must be a key=value pair");
            } else {
                throw SyntaxException.ofInstruction("unexpected key '" + key + "' in '" + field + "'"
                        + Suggestion.suffix(Suggestion.nearest(key, List.of("name", "required"))));
            }
        }
        return new Device(name, required);
    }
}
