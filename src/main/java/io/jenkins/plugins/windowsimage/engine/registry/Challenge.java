package io.jenkins.plugins.windowsimage.engine.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One challenge of a WWW-Authenticate header (RFC 9110, 11.6.1).
 *
 * @param scheme in lower case
 * @param parameters by name in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern PARAMETER =
            Pattern.compile("\\G[\\s,]*(" + TOKEN + ")\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|(" + TOKEN + "))");
    private static final Pattern SCHEME = Pattern.compile("\\G[\\s,]*(" + TOKEN + ")(?:\\s+|\\s*,|$)");

    Challenge {
        parameters = Map.copyOf(parameters);
    }

    /** All challenges of these header lines; what cannot be read is left out. */
    static List<Challenge> parse(List<String> lines) {
        List<Challenge> found = new ArrayList<>();
        for (String line : lines) {
            parse(line, found);
        }
        return found;
    }

    private static void parse(String line, List<Challenge> found) {
        String scheme = null;
        Map<String, String> parameters = new TreeMap<>();
        int position = 0;
        Matcher parameter = PARAMETER.matcher(line);
        Matcher next = SCHEME.matcher(line);
        while (position < line.length()) {
            if (parameter.find(position) && parameter.start() == position) {
                String quoted = parameter.group(2);
                String value = quoted == null ? parameter.group(3) : quoted.replaceAll("\\\\(.)", "$1");
                parameters.putIfAbsent(parameter.group(1).toLowerCase(Locale.ROOT), value);
                position = parameter.end();
            } else if (next.find(position) && next.start() == position) {
                add(scheme, parameters, found);
                scheme = next.group(1).toLowerCase(Locale.ROOT);
                parameters.clear();
                position = next.end();
            } else {
                break;
            }
        }
        add(scheme, parameters, found);
    }

    private static void add(String scheme, Map<String, String> parameters, List<Challenge> found) {
        if (scheme != null) {
            found.add(new Challenge(scheme, parameters));
        }
    }
}
