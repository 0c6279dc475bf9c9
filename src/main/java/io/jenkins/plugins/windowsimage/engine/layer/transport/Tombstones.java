package io.jenkins.plugins.windowsimage.engine.layer.transport;

import io.jenkins.plugins.windowsimage.engine.layer.backup.MalformedBackupException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a layer deletes, from the file {@code tombstones.txt} of the transport form: a byte order mark, {@code Version
 * 1.0}, then one path a line, relative to {@code Files} and beginning with a backslash.
 */
final class Tombstones {
    static final String FILE = "tombstones.txt";

    private static final String FIRST_LINE = "\uFEFFVersion 1.0";

    /** Paths below {@code Files} by the folded path of their directory. */
    private final SortedMap<String, List<String>> byDirectory = new TreeMap<>();

    /**
     * Reads the file.
     *
     * @throws MalformedBackupException if it is not one, or a path leads out of {@code Files}
     */
    static Tombstones read(InputStream file) throws IOException {
        Tombstones tombstones = new Tombstones();
        BufferedReader reader = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8));
        if (!FIRST_LINE.equals(reader.readLine())) {
            throw new MalformedBackupException(FILE + " does not begin with version 1.0");
        }
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (!line.isEmpty()) {
                tombstones.add(line);
            }
        }
        return tombstones;
    }

    private void add(String line) throws MalformedBackupException {
        if (!line.startsWith("\\")) {
            throw new MalformedBackupException(FILE + " names \"" + line + "\", which does not begin with a backslash");
        }
        for (String part : line.substring(1).split("\\\\", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..") || part.indexOf('/') >= 0) {
                throw new MalformedBackupException(FILE + " names \"" + line + "\", which is no path");
            }
        }
        String path = LayerUnpacker.FILES + line;
        String directory = fold(path.substring(0, path.lastIndexOf('\\')));
        byDirectory.computeIfAbsent(directory, any -> new ArrayList<>()).add(path);
    }

    private static String fold(String path) {
        return path.toUpperCase(Locale.ROOT);
    }

    /** Takes out what is deleted in a directory. */
    List<String> take(String directory) {
        if (byDirectory.isEmpty()) {
            return List.of();
        }
        List<String> deleted = byDirectory.remove(fold(directory));
        return deleted == null ? List.of() : deleted;
    }

    /** What was not taken out, a directory before what lies deeper. */
    Collection<List<String>> rest() {
        return byDirectory.values();
    }
}
