package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.files.WindowsNames;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/** Turns what a tar says of an entry into what it means in a layer. For one thread at a time. */
final class EntryParser {
    private static final String OLD_SECURITY = "MSWINDOWS.sd";
    private static final String OPAQUE_MARKER = ".wh..wh..opq";
    private static final String MARKER_PREFIX = ".wh..wh.";
    private static final int LONGEST_PATH = 32_767;
    /** With the directory of the layer that they lie in. */
    private static final int MOST_PARTS = WindowsNames.MOST_PARTS + 1;
    private static final int MOST_DESCRIPTORS = 4096;

    private final String layer;
    private final TarLayout layout;
    /** Most entries share few descriptors. */
    private final Map<String, SecurityDescriptor> descriptors = new HashMap<>();

    EntryParser(String layer, TarLayout layout) {
        this.layer = layer;
        this.layout = layout;
    }

    /** The entry; null if a Windows image cannot hold such a thing. */
    LayerEntry parse(TarArchiveEntry entry) {
        String name = normal(entry.getName());
        if (name.isEmpty()) {
            return null;
        }
        String last = name.substring(name.lastIndexOf('/') + 1);
        if (last.startsWith(LayerTarWriter.WHITEOUT_PREFIX)) {
            return marker(name, last);
        }
        if (entry.isLink()) {
            String target = normal(entry.getLinkName());
            return target.isEmpty() ? null : LayerEntry.hardLink(name, target);
        }
        LayerEntry.Type type = type(entry, last);
        if (type == null) {
            return null;
        }
        boolean content = type == LayerEntry.Type.FILE || type == LayerEntry.Type.ALTERNATE_STREAM;
        long size = content ? entry.getRealSize() : 0;
        if (size < 0) {
            throw refused(name, "has a negative length");
        }
        String target = entry.isSymbolicLink() ? entry.getLinkName() : null;
        return new LayerEntry(name, type, size, target, attributes(entry, name), security(entry, name), times(entry),
                extendedAttributes(entry, name));
    }

    private LayerEntry marker(String name, String last) {
        String directory = name.substring(0, name.length() - last.length());
        if (layout == TarLayout.PLAIN && last.startsWith(MARKER_PREFIX)) {
            return last.equals(OPAQUE_MARKER) && !directory.isEmpty()
                    ? new LayerEntry(directory.substring(0, directory.length() - 1), LayerEntry.Type.OPAQUE_DIRECTORY, 0, null,
                            0, null, LayerTimes.UNKNOWN, Collections.emptySortedMap())
                    : null;
        }
        String hidden = last.substring(LayerTarWriter.WHITEOUT_PREFIX.length());
        if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
            throw refused(name, "deletes something that has no name");
        }
        return LayerEntry.whiteout(directory + hidden);
    }

    private LayerEntry.Type type(TarArchiveEntry entry, String last) {
        if (entry.isSymbolicLink()) {
            boolean junction = entry.getExtraPaxHeader(LayerTarWriter.MOUNT_POINT) != null;
            return junction ? LayerEntry.Type.JUNCTION : LayerEntry.Type.SYMLINK;
        }
        if (entry.isDirectory()) {
            return LayerEntry.Type.DIRECTORY;
        }
        if (entry.isBlockDevice() || entry.isCharacterDevice() || entry.isFIFO()) {
            return null;
        }
        return layout == TarLayout.WINDOWS && last.indexOf(':') >= 0
                ? LayerEntry.Type.ALTERNATE_STREAM
                : LayerEntry.Type.FILE;
    }

    /** Takes {@code ./} and outer slashes away; refuses what could lead anywhere else. */
    private String normal(String raw) {
        String name = raw;
        while (name.startsWith("./") || name.startsWith("/")) {
            name = name.substring(name.startsWith("/") ? 1 : 2);
        }
        while (name.endsWith("/")) {
            name = name.substring(0, name.length() - 1);
        }
        if (name.isEmpty() || name.equals(".")) {
            return "";
        }
        if (name.length() > LONGEST_PATH) {
            throw refused(name.substring(0, 80) + "...", "has a name of " + name.length() + " characters");
        }
        int start = 0;
        int parts = 0;
        for (int i = 0; i <= name.length(); i++) {
            char c = i < name.length() ? name.charAt(i) : '/';
            if (c == '/') {
                String part = name.substring(start, i);
                if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                    throw refused(raw, "has an empty part, \".\" or \"..\" in its path");
                }
                if (++parts > MOST_PARTS) {
                    throw refused(raw, "has more than " + MOST_PARTS + " parts in its path");
                }
                start = i + 1;
            } else if (c == 0 || c == '\\' && layout == TarLayout.WINDOWS) {
                throw refused(raw, "has a character in its name that no file name can have");
            }
        }
        return name;
    }

    private EngineException refused(String name, String why) {
        return new EngineException(ErrorKind.TAR_EXTRACT_FAILED, "the " + layer + " is not safe to read: \"" + name + "\" " + why);
    }

    private int attributes(TarArchiveEntry entry, String name) {
        String text = entry.getExtraPaxHeader(LayerTarWriter.ATTRIBUTES);
        if (text == null) {
            return entry.isDirectory() ? FileAttributes.DIRECTORY : 0;
        }
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException e) {
            throw refused(name, "has attributes that are no number");
        }
    }

    private SecurityDescriptor security(TarArchiveEntry entry, String name) {
        String raw = entry.getExtraPaxHeader(LayerTarWriter.SECURITY);
        String text = raw != null ? raw : entry.getExtraPaxHeader(OLD_SECURITY);
        if (text == null) {
            return null;
        }
        SecurityDescriptor known = descriptors.get(text);
        if (known == null) {
            try {
                known = raw != null
                        ? SecurityDescriptor.of(Base64.getDecoder().decode(raw))
                        : SecurityDescriptor.parseSddl(text);
            } catch (IllegalArgumentException e) {
                throw refused(name, "has a security descriptor that cannot be read");
            }
            if (descriptors.size() >= MOST_DESCRIPTORS) {
                descriptors.clear();
            }
            descriptors.put(text, known);
        }
        return known;
    }

    private static LayerTimes times(TarArchiveEntry entry) {
        return new LayerTimes(instant(entry.getLastModifiedTime()), instant(entry.getLastAccessTime()),
                instant(entry.getStatusChangeTime()), instant(entry.getCreationTime()));
    }

    private static Instant instant(FileTime time) {
        return time == null ? null : time.toInstant();
    }

    private SortedMap<String, byte[]> extendedAttributes(TarArchiveEntry entry, String name) {
        TreeMap<String, byte[]> attributes = null;
        for (Map.Entry<String, String> header : entry.getExtraPaxHeaders().entrySet()) {
            if (header.getKey().startsWith(LayerTarWriter.EXTENDED_ATTRIBUTE)) {
                attributes = attributes == null ? new TreeMap<>() : attributes;
                try {
                    attributes.put(header.getKey().substring(LayerTarWriter.EXTENDED_ATTRIBUTE.length()),
                            Base64.getDecoder().decode(header.getValue()));
                } catch (IllegalArgumentException e) {
                    throw refused(name, "has an extended attribute that cannot be read");
                }
            }
        }
        return attributes == null ? Collections.emptySortedMap() : attributes;
    }
}
