package io.jenkins.plugins.windowsimage.engine.attest;

import io.jenkins.plugins.windowsimage.engine.attest.RegistryHive.Key;
import io.jenkins.plugins.windowsimage.engine.attest.RegistryHive.Layering;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The programs that Windows lists as installed, from the SOFTWARE hives of a stack of layers. A hive of an upper layer holds the
 * differences to those below it. For one thread at a time.
 */
final class InstalledPrograms {
    private static final List<String> UNINSTALL =
            List.of("Microsoft\\Windows\\CurrentVersion\\Uninstall", "WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall");
    private static final Pattern PRODUCT_CODE =
            Pattern.compile("\\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\\}", Pattern.CASE_INSENSITIVE);

    private static final Set<String> WANTED = Set.of("displayname", "displayversion", "publisher", "windowsinstaller");
    private static final int MOST_PROGRAMS = 20_000;

    /** Values of each program by name in lower case, by its key; a map for each of the places above. */
    private final List<Map<String, Map<String, String>>> programs = List.of(new TreeMap<>(), new TreeMap<>());

    /**
     * Applies the hive of a layer to what is known of those below it.
     *
     * @throws IOException if it is no hive, or damaged
     */
    void apply(Path hive) throws IOException {
        try (RegistryHive registry = new RegistryHive(hive)) {
            for (int place = 0; place < UNINSTALL.size(); place++) {
                apply(registry.root(), UNINSTALL.get(place).split("\\\\"), programs.get(place));
            }
        } catch (IndexOutOfBoundsException e) {
            throw new IOException("it is damaged: a part of it is too short", e);
        }
    }

    private static void apply(Key root, String[] path, Map<String, Map<String, String>> programs) throws IOException {
        Key key = root;
        for (String part : path) {
            Optional<Key> next = key.child(part);
            if (next.isEmpty()) {
                return;
            }
            key = next.get();
            if (key.layering() == Layering.TOMBSTONE || key.layering() == Layering.SUPERSEDES_TREE) {
                programs.clear();
            }
        }
        key.eachChild(program -> apply(program, programs));
    }

    private static void apply(Key program, Map<String, Map<String, String>> programs) throws IOException {
        String name = program.name().toUpperCase(Locale.ROOT);
        if (program.layering() != Layering.MERGED) {
            programs.remove(name);
        }
        if (program.layering() == Layering.TOMBSTONE || programs.size() >= MOST_PROGRAMS) {
            return;
        }
        Map<String, String> values = programs.computeIfAbsent(name, any -> new HashMap<>());
        program.values(WANTED).forEach((wanted, value) -> {
            if (value.deleted()) {
                values.remove(wanted);
            } else if (value.text() != null) {
                values.put(wanted, value.text());
            }
        });
    }

    void addTo(SoftwareList software) {
        for (Map<String, Map<String, String>> place : programs) {
            place.forEach((key, values) -> {
                boolean msi = PRODUCT_CODE.matcher(key).matches() && "1".equals(values.get("windowsinstaller"));
                String name = values.get("displayname");
                if (msi || name != null && !name.isBlank()) {
                    software.add(new Component(
                            Component.Type.APPLICATION,
                            (msi ? "msi:" : "program:") + key,
                            name == null || name.isBlank() ? key : name,
                            values.get("displayversion"),
                            values.get("publisher"),
                            null,
                            null,
                            msi ? Map.of("windows-image:msi:productCode", key) : Map.of()));
                }
            });
        }
    }
}
