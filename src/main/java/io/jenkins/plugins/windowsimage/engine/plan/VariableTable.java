package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.dockerfile.Variables;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Variables in the order in which they were set; on Windows their names are equal whatever the case. Not thread-safe. */
final class VariableTable implements Variables {
    private final boolean foldCase;
    private final Map<String, Map.Entry<String, String>> entries = new LinkedHashMap<>();

    VariableTable(boolean foldCase) {
        this.foldCase = foldCase;
    }

    VariableTable(VariableTable other) {
        this.foldCase = other.foldCase;
        this.entries.putAll(other.entries);
    }

    private String key(String name) {
        return foldCase ? name.toUpperCase(Locale.ROOT) : name;
    }

    void set(String name, String value) {
        entries.put(key(name), Map.entry(name, value));
    }

    void setAll(List<String> lines) {
        for (String line : lines) {
            int equals = line.indexOf('=');
            set(equals < 0 ? line : line.substring(0, equals), equals < 0 ? "" : line.substring(equals + 1));
        }
    }

    boolean contains(String name) {
        return entries.containsKey(key(name));
    }

    @Override
    public Optional<String> get(String name) {
        return Optional.ofNullable(entries.get(key(name))).map(Map.Entry::getValue);
    }

    Collection<Map.Entry<String, String>> entries() {
        return entries.values();
    }

    List<String> names() {
        return entries.values().stream().map(Map.Entry::getKey).toList();
    }
}
