package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.Locale;

/**
 * A {@code RUN --mount} flag before its variables are expanded.
 *
 * @param text the flag's value
 * @param from what it takes files from; known early because it decides which stages are needed; empty for none
 */
public record MountFlag(String text, String from) {

    static MountFlag parse(String text) throws SyntaxException {
        String from = "";
        for (String field : CommaFields.parse(text, "mounts")) {
            int equals = field.indexOf('=');
            if (equals >= 0 && field.substring(0, equals).toLowerCase(Locale.ROOT).equals("from")) {
                from = field.substring(equals + 1);
                int dollar = from.indexOf('$');
                if (dollar >= 0 && dollar != from.length() - 1) {
                    throw SyntaxException.ofInstruction(
                            "'from' doesn't support variable expansion, define alias stage instead");
                }
            }
        }
        return new MountFlag(text, from);
    }
}
