package io.jenkins.plugins.windowsimage.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Lists and maps of parameters as text with one entry a line, which is how forms and stored configurations have them. */
final class KeyValueLines {
    private KeyValueLines() {}

    /** The lines that say something, without white space around them. */
    @NonNull
    static List<String> lines(@CheckForNull String text) {
        return text == null
                ? List.of()
                : text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    /**
     * What a script wrote as text: a list or a map becomes lines, everything else stays.
     *
     * @throws IllegalArgumentException if an entry has a line break in it
     */
    @CheckForNull
    static Object toText(@NonNull String parameter, @CheckForNull Object value) {
        if (value instanceof Collection<?> entries) {
            return entries.stream().map(entry -> line(parameter, entry)).collect(Collectors.joining("\n"));
        }
        if (value instanceof Map<?, ?> entries) {
            return entries.entrySet().stream()
                    .map(entry -> line(parameter, entry.getKey() + "=" + entry.getValue()))
                    .collect(Collectors.joining("\n"));
        }
        return value instanceof CharSequence || value instanceof Number ? value.toString() : value;
    }

    private static String line(String parameter, Object entry) {
        String line = String.valueOf(entry);
        if (line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0) {
            throw new IllegalArgumentException(Messages.KeyValueLines_lineBreak(parameter));
        }
        return line;
    }

    /** Lines {@code KEY=value} as a script would write them. */
    @NonNull
    static Map<String, String> toMap(@NonNull String text) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String line : lines(text)) {
            int equals = line.indexOf('=');
            map.put(equals < 0 ? line : line.substring(0, equals), equals < 0 ? "" : line.substring(equals + 1));
        }
        return map;
    }
}
