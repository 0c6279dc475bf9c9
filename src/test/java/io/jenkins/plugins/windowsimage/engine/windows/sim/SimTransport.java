package io.jenkins.plugins.windowsimage.engine.windows.sim;

import io.jenkins.plugins.windowsimage.engine.layer.SecurityDescriptor;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BasicInfo;
import io.jenkins.plugins.windowsimage.engine.layer.transport.NtfsModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The transport form as ImportLayer reads it and ExportLayer writes it. Touched with the lock of the simulation held.
 */
final class SimTransport {
    private static final String DIRECTORY_FILE = ".$wcidirs$";
    private static final long EXPORTED = 133_600_000_000_000_000L;

    private final NtfsModel ntfs;

    SimTransport(NtfsModel ntfs) {
        this.ntfs = ntfs;
    }

    // ---- in

    /** Makes a layer of a folder; the folders of the layers below tell which placeholders it needs. */
    void importInto(Path layer, Path folder, List<Path> below) throws IOException, SimLayers.Refused {
        for (String root : List.of("Files", "Hives")) {
            require(Files.isDirectory(folder.resolve(root)), 0x80070002, folder.resolve(root));
        }
        require(!Files.exists(folder.resolve("tombstones.txt")), 0x80004005, folder.resolve("tombstones.txt"));
        require(!Files.exists(folder.resolve("UtilityVM")), 0x80004005, folder.resolve("UtilityVM"));
        ntfs.create(layer.resolve("Hives"), true);
        for (Path hive : NtfsModel.children(folder.resolve("Hives"))) {
            Path copy = layer.resolve("Hives").resolve(hive.getFileName());
            ntfs.create(copy, false);
            Files.write(copy, Files.readAllBytes(hive));
        }
        importDirectory(folder.resolve("Files"), layer.resolve("Files"), "", new SimMergedView(ntfs, below));
    }

    private void importDirectory(Path from, Path to, String relative, SimMergedView below)
            throws IOException, SimLayers.Refused {
        Path description = from.resolveSibling(from.getFileName() + DIRECTORY_FILE);
        require(Files.exists(description), 0x80070002, description);
        ntfs.create(to, true);
        restore(description, to);
        if (ntfs.facts(to).reparse != null) {
            require(NtfsModel.children(from).isEmpty(), 0x80070003, from);
            return;
        }
        for (Path child : NtfsModel.children(from)) {
            String name = child.getFileName().toString();
            String path = relative.isEmpty() ? name : relative + "/" + name;
            if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                importDirectory(child, to.resolve(name), path, below);
            } else if (!name.endsWith(DIRECTORY_FILE)) {
                ntfs.create(to.resolve(name), false);
                restore(child, to.resolve(name));
            } else {
                String owner = name.substring(0, name.length() - DIRECTORY_FILE.length());
                require(Files.isDirectory(from.resolve(owner)), 0x80070002, from.resolve(owner));
            }
        }
        for (String name : below.list(relative)) {
            String path = relative.isEmpty() ? name : relative + "/" + name;
            Path seen = below.find(path);
            if (seen != null && !Files.exists(to.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                ntfs.create(to.resolve(name), Files.isDirectory(seen, LinkOption.NOFOLLOW_LINKS));
                ntfs.facts(to.resolve(name)).reparse = SimLayers.PLACEHOLDER.clone();
            }
        }
    }

    private void restore(Path transport, Path to) throws IOException, SimLayers.Refused {
        ntfs.setInfo(to, ntfs.facts(transport).info);
        try (InputStream in = Files.newInputStream(transport)) {
            byte[] attributes = in.readNBytes(4);
            require(attributes.length == 4, 0x8007000D, transport);
            boolean directory = (attributes[0] & 0x10) != 0;
            require(directory == Files.isDirectory(to), 0x8007000D, transport);
            int bits = attributes[0] & 0xFF | (attributes[1] & 0xFF) << 8;
            try (OutputStream out = ntfs.restore(to, true)) {
                in.transferTo(out);
            }
            NtfsModel.Facts facts = ntfs.facts(to);
            require((facts.reparse != null) == ((bits & 0x400) != 0), 0x8007000D, transport);
            facts.info = facts.info.withAttributes(bits);
        } catch (io.jenkins.plugins.windowsimage.engine.layer.backup.MalformedBackupException e) {
            throw new SimLayers.Refused(0x8007000D, e.getMessage());
        }
    }

    private static void require(boolean condition, int code, Path path) throws SimLayers.Refused {
        if (!condition) {
            throw new SimLayers.Refused(code, path.toString());
        }
    }

    // ---- out

    /** Writes what changed in a scratch since it was made. */
    void exportFrom(SimScratch scratch, Path folder) throws IOException {
        ntfs.create(folder.resolve("Files"), true);
        ntfs.create(folder.resolve("Hives"), true);
        StringBuilder hive = new StringBuilder("regf\n");
        scratch.registry.forEach((key, value) -> hive.append(key).append('=').append(value).append('\n'));
        for (String name : List.of("DefaultUser_Delta", "Sam_Delta", "Security_Delta", "Software_Delta",
                "System_Delta")) {
            write(folder.resolve("Hives").resolve(name), hive.toString().getBytes(StandardCharsets.UTF_8));
        }
        List<String> deleted = new ArrayList<>();
        for (String path : scratch.origins.keySet()) {
            boolean gone = !Files.exists(scratch.files.resolve(path), LinkOption.NOFOLLOW_LINKS);
            if (gone && deleted.stream().noneMatch(directory -> path.startsWith(directory + "/"))) {
                deleted.add(path);
                exportParents(scratch, folder, path);
            }
        }
        exportDirectory(scratch, "", folder);
        if (!deleted.isEmpty()) {
            StringBuilder lines = new StringBuilder("\uFEFFVersion 1.0\r\n");
            deleted.forEach(path -> lines.append('\\').append(path.replace('/', '\\')).append("\r\n"));
            write(folder.resolve("tombstones.txt"), lines.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void exportDirectory(SimScratch scratch, String relative, Path folder) throws IOException {
        for (Path child : NtfsModel.children(scratch.files.resolve(relative))) {
            String path = scratch.files.relativize(child).toString();
            boolean directory = Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS);
            SimMergedView.Origin origin = scratch.origins.get(path);
            boolean changed = origin == null || origin.directory() != directory
                    || origin.hash() != SimMergedView.hash(child);
            if (changed) {
                exportParents(scratch, folder, path);
                export(scratch, folder, path);
            }
            if (directory) {
                exportDirectory(scratch, path, folder);
            }
        }
    }

    private void exportParents(SimScratch scratch, Path folder, String path) throws IOException {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            export(scratch, folder, path.substring(0, slash));
        }
    }

    private void export(SimScratch scratch, Path folder, String path) throws IOException {
        Path from = scratch.files.resolve(path);
        Path to = folder.resolve("Files").resolve(path);
        if (Files.exists(to)) {
            return;
        }
        boolean directory = Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS);
        NtfsModel.Facts facts = facts(scratch, path, directory);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int attributes = facts.info.attributes();
        bytes.write(new byte[] {(byte) attributes, (byte) (attributes >> 8), 0, 0});
        Path holder = Files.createTempDirectory("export").resolve("x");
        ntfs.create(holder, directory);
        NtfsModel.Facts held = ntfs.facts(holder);
        held.security = facts.security;
        held.extendedAttributes = facts.extendedAttributes;
        held.reparse = facts.reparse;
        held.streams.putAll(facts.streams);
        if (!directory) {
            Files.write(holder, Files.readAllBytes(from));
        }
        try (InputStream backup = ntfs.backup(holder, true)) {
            backup.transferTo(bytes);
        }
        ntfs.deleteTree(holder.getParent());
        if (directory) {
            ntfs.create(to, true);
        }
        Path target = directory ? to.resolveSibling(to.getFileName() + DIRECTORY_FILE) : to;
        write(target, bytes.toByteArray());
        ntfs.setInfo(target, facts.info.withAttributes(0));
    }

    private NtfsModel.Facts facts(SimScratch scratch, String path, boolean directory) throws IOException {
        SimMergedView.Origin origin = scratch.origins.get(path);
        if (origin != null && origin.directory() == directory) {
            return ntfs.facts(origin.source());
        }
        NtfsModel.Facts made = new NtfsModel.Facts();
        made.info = new BasicInfo(EXPORTED, EXPORTED, EXPORTED, EXPORTED, directory ? 0x10 : 0x20);
        made.security = (directory ? SecurityDescriptor.forDirectory() : SecurityDescriptor.forFile()).toBytes();
        return made;
    }

    private void write(Path path, byte[] content) throws IOException {
        ntfs.create(path, false);
        Files.write(path, content);
    }
}
