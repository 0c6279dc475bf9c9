package io.jenkins.plugins.windowsimage.engine.layer.transport;

import io.jenkins.plugins.windowsimage.engine.layer.LayerEntry;
import io.jenkins.plugins.windowsimage.engine.layer.LayerReader;
import io.jenkins.plugins.windowsimage.engine.layer.LayerTarWriter;
import io.jenkins.plugins.windowsimage.engine.layer.LayerTimes;
import io.jenkins.plugins.windowsimage.engine.layer.ReadLimits;
import io.jenkins.plugins.windowsimage.engine.layer.SecurityDescriptor;
import io.jenkins.plugins.windowsimage.engine.layer.TarLayout;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Builds layer tars for tests, and tells what is in one. */
public final class LayerTar {
    public static final LayerTimes TIMES = new LayerTimes(
            Instant.parse("2024-05-06T07:08:09.1234567Z"), Instant.parse("2024-05-07T00:00:00Z"),
            Instant.parse("2024-05-08T00:00:00.5Z"), Instant.parse("1999-12-31T23:59:59.0000001Z"));

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final LayerTarWriter tar = new LayerTarWriter(bytes, null);

    public LayerTar add(LayerEntry entry, String content) {
        try {
            tar.write(entry, new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public LayerTar directories(String... names) {
        for (String name : names) {
            add(LayerEntry.directory(name, SecurityDescriptor.forDirectory(), TIMES), "");
        }
        return this;
    }

    public LayerTar file(String name, String content) {
        return add(LayerEntry.file(name, content.length(), SecurityDescriptor.forFile(), TIMES), content);
    }

    public LayerTar hive(String name, String content) {
        return add(new LayerEntry(name, LayerEntry.Type.FILE, content.length(), null, 0x20, null, TIMES,
                new TreeMap<>()), content);
    }

    public LayerTar stream(String owner, String name, String content) {
        return add(LayerEntry.alternateStream(owner, name, content.length(), TIMES), content);
    }

    public LayerTar link(String name, String existing) {
        return add(LayerEntry.hardLink(name, existing), "");
    }

    public LayerTar delete(String name) {
        return add(LayerEntry.whiteout(name), "");
    }

    public LayerTar symlink(String name, String target, boolean directory) {
        return add(LayerEntry.symlink(name, target, directory, SecurityDescriptor.forFile(), TIMES), "");
    }

    public LayerTar junction(String name, String target) {
        return add(new LayerEntry(name, LayerEntry.Type.JUNCTION, 0, target, 0x410, null, TIMES, new TreeMap<>()), "");
    }

    public static SortedMap<String, byte[]> attributes(String name, byte... value) {
        return new TreeMap<>(Map.of(name, value));
    }

    public byte[] toBytes() {
        try {
            tar.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static LayerReader reader(byte[] tar) {
        return new LayerReader(new ByteArrayInputStream(tar), "layer under test", TarLayout.WINDOWS,
                ReadLimits.DEFAULT);
    }

    /** All that a tar says, one line for each entry, sorted. */
    public static List<String> describe(byte[] tar) throws IOException {
        return describe(tar, UnaryOperator.identity());
    }

    static List<String> describe(byte[] tar, UnaryOperator<LayerEntry> change) throws IOException {
        List<String> lines = new ArrayList<>();
        try (LayerReader reader = reader(tar)) {
            for (LayerEntry read = reader.next(); read != null; read = reader.next()) {
                byte[] content = read.hasContent() ? reader.content().readAllBytes() : new byte[0];
                LayerEntry entry = change.apply(read);
                StringBuilder line = new StringBuilder(entry.name() + " " + entry.type());
                line.append(" ").append(entry.linkTarget());
                line.append(" 0x").append(Integer.toHexString(entry.attributes()));
                line.append(" ").append(entry.security()).append(" ").append(entry.times());
                entry.extendedAttributes().forEach(
                        (name, value) -> line.append(" ").append(name).append("=").append(HexFormat.of().formatHex(value)));
                line.append(" ").append(content.length < 200
                        ? new String(content, StandardCharsets.ISO_8859_1)
                        : content.length + " bytes " + java.util.Arrays.hashCode(content));
                lines.add(line.toString());
            }
        }
        lines.sort(null);
        return lines;
    }
}
