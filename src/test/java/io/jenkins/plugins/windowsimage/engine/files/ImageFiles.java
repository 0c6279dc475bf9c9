package io.jenkins.plugins.windowsimage.engine.files;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An image for tests: a tree in memory that takes plans and ignores case. */
final class ImageFiles implements FileTree, Destination {
    static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

    private record Entry(FileNode node, byte[] content) {}

    private final Map<String, Entry> entries = new TreeMap<>();

    ImageFiles() {
        entries.put("", new Entry(new FileNode("", FileType.DIRECTORY, 0, TIME, null, null), null));
    }

    ImageFiles directory(String path) {
        if (!path.isEmpty() && !entries.containsKey(CaseFolding.fold(path))) {
            directory(WindowsPath.parent(path));
            put(new FileNode(path, FileType.DIRECTORY, 0, TIME, null, null), null);
        }
        return this;
    }

    ImageFiles file(String path, String text) {
        directory(WindowsPath.parent(path));
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        put(new FileNode(path, FileType.FILE, content.length, TIME, null, null), content);
        return this;
    }

    ImageFiles link(String path, String target) {
        directory(WindowsPath.parent(path));
        put(new FileNode(path, FileType.SYMLINK, 0, TIME, target, null), null);
        return this;
    }

    private void put(FileNode node, byte[] content) {
        entries.put(CaseFolding.fold(node.path()), new Entry(node, content));
    }

    /** Carries a plan out, after going through it once in vain as the layer writer does. */
    void apply(Iterable<PlannedEntry> plan) throws IOException {
        plan.forEach(entry -> { });
        List<PlannedEntry> planned = new ArrayList<>();
        // A layer is written beside the image, which therefore does not change before the end of the plan.
        plan.forEach(planned::add);
        for (PlannedEntry entry : planned) {
            FileNode source = entry.source();
            switch (source.type()) {
                case DIRECTORY -> directory(entry.target());
                case SYMLINK -> link(entry.target(), source.linkTarget());
                default -> entry.tree().read(List.of(source), (file, content) ->
                        file(entry.target(), new String(content.readAllBytes(), StandardCharsets.UTF_8)));
            }
        }
    }

    /** Every path with what is there: text of a file, target of a link, {@code /} for a directory. */
    Map<String, String> list() {
        Map<String, String> list = new TreeMap<>();
        for (Entry entry : entries.values()) {
            if (!entry.node.path().isEmpty()) {
                list.put(entry.node.path(), switch (entry.node.type()) {
                    case DIRECTORY -> "/";
                    case SYMLINK -> "-> " + entry.node.linkTarget();
                    default -> new String(entry.content, StandardCharsets.UTF_8);
                });
            }
        }
        return list;
    }

    byte[] content(String path) {
        return entries.get(CaseFolding.fold(path)).content;
    }

    @Override
    public Optional<FileNode> find(String path) throws IOException {
        return LinkResolution.find(entries.get("").node, path, false, (directory, name) ->
                Optional.ofNullable(entries.get(CaseFolding.fold(WindowsPath.join(directory, name)))).map(Entry::node));
    }

    @Override
    public List<FileNode> children(FileNode directory) {
        return entries.values().stream().map(Entry::node)
                .filter(node -> !node.path().isEmpty()
                        && WindowsPath.parent(node.path()).equalsIgnoreCase(directory.path()))
                .sorted((a, b) -> NameOrder.INSTANCE.compare(a.name(), b.name())).toList();
    }

    @Override
    public void read(Collection<FileNode> files, ContentReader reader) throws IOException {
        for (FileNode file : files) {
            reader.read(file, new ByteArrayInputStream(content(file.path())));
        }
    }

    @Override
    public void close() {}
}
