package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.dockerfile.IgnoreFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Works out what one COPY or ADD puts where, by the rules of BuildKit: a directory is copied by its contents, a file
 * goes into a directory that exists or is written with a slash at the end, and else takes the name of the destination;
 * sources are copied one after the other, so that of several files for one name the last stays. For one thread; closing
 * it closes the archives that it opened, which the plan reads from.
 */
public final class CopyPlanner implements Closeable {
    /** What Windows puts at the root of a volume, and no one can read. */
    private static final List<String> SYSTEM_DIRECTORIES = List.of("System Volume Information", "WcSandboxState");

    private final WindowsPath written;
    private final CopyOptions options;
    private final Destination image;
    private final String destination;
    private final IgnoreFile excluded;
    private final List<String> made = new ArrayList<>();
    private final List<Placement> placements = new ArrayList<>();
    private final List<String> unmatched = new ArrayList<>();
    private final List<FileTree> archives = new ArrayList<>();
    /** What is at the destination by now; null for nothing. */
    private FileType present;

    /**
     * Prepares for one instruction.
     *
     * @param destination absolute
     * @param image what lower layers hold; links to directories in it are followed
     * @throws EngineException of kind INVALID_INSTRUCTION if an {@code --exclude} is no pattern or the destination lies
     *     in a file or behind a circle of links
     */
    public CopyPlanner(WindowsPath destination, CopyOptions options, Destination image) throws IOException {
        this.written = destination;
        this.options = options;
        this.image = image;
        this.excluded = IgnoreFile.ofPatterns(options.excludes());
        ResolvedPath resolved = ResolvedPath.of(destination.path(), image, purpose());
        this.destination = resolved.path();
        this.made.addAll(resolved.missing());
        this.present = this.destination.isEmpty()
                ? FileType.DIRECTORY
                : image.find(this.destination).map(FileNode::type).orElse(null);
    }

    /**
     * Copies from a tree, as COPY does.
     *
     * @param source path or pattern as in the Dockerfile after expansion, with either slash
     * @throws EngineException of kind INVALID_INSTRUCTION, saying {@code "/source": not found}, if a path without
     *     wildcards leads to nothing
     */
    public void copy(FileTree tree, String source) throws IOException {
        add(tree, source, Archives.NONE);
    }

    /** As {@link #copy}, but the contents of archives are put into the destination, which is a directory then. */
    public void add(FileTree tree, String source, Archives opener) throws IOException {
        if (options.parents()) {
            copyWithParents(tree, source);
            return;
        }
        SourcePattern pattern = new SourcePattern(source);
        List<SourcePattern.Match> matches = pattern.in(tree);
        if (matches.isEmpty()) {
            unmatched.add(source);
        }
        for (SourcePattern.Match match : matches) {
            FileNode node = match.node();
            Optional<FileTree> archive = node.isDirectory() ? Optional.empty() : opener.open(tree, node);
            if (archive.isPresent()) {
                archives.add(archive.get());
                place(archive.get(), archive.get().find("").orElseThrow(), "", Selection.ALL);
            } else {
                place(tree, node, match.name(), new Selection(null, "", exclusions(node)));
            }
        }
    }

    /** Copies one file under its own name: a here-document, or what a URL gave. */
    public void copyFile(FileTree tree, FileNode file) throws IOException {
        place(tree, file, file.name(), Selection.ALL);
    }

    private IgnoreFile exclusions(FileNode source) {
        if (!source.path().isEmpty()) {
            return excluded;
        }
        List<String> patterns = new ArrayList<>(options.excludes());
        patterns.addAll(SYSTEM_DIRECTORIES);
        return IgnoreFile.ofPatterns(patterns);
    }

    /**
     * {@code --parents}: what stands before {@code /./}, or else the root, is copied, but of it only what the rest
     * matches.
     */
    private void copyWithParents(FileTree tree, String source) throws IOException {
        String slashed = source.replace('\\', '/');
        int pivot = slashed.indexOf("/./");
        SourcePattern base = new SourcePattern(pivot < 0 ? "/" : slashed.substring(0, pivot));
        String path = WindowsPath.clean(pivot < 0 ? slashed : slashed.substring(pivot + 3)).path();
        boolean found = false;
        for (SourcePattern.Match match : base.in(tree)) {
            found |= placeWithParents(tree, match, path);
        }
        if (!found) {
            if (!base.isWild() && !GlobPattern.isPattern(path)) {
                throw SourcePattern.notFound(WindowsPath.join(base.path(), path));
            }
            unmatched.add(source);
        }
    }

    /** Also where nothing matches the directory is made that it would have gone to. */
    private boolean placeWithParents(FileTree tree, SourcePattern.Match base, String path) throws IOException {
        if (!base.node().isDirectory()) {
            return false;
        }
        List<String> parts = WindowsPath.parts(path);
        Optional<FileNode> node = Optional.of(base.node());
        String literal = "";
        int i = 0;
        while (i < parts.size() && !GlobPattern.isPattern(parts.get(i))) {
            String part = parts.get(i);
            node = node.isPresent() && node.get().isDirectory()
                    ? tree.find(WindowsPath.join(node.get().path(), part))
                    : Optional.empty();
            literal = WindowsPath.join(literal, node.map(FileNode::name).orElse(part));
            i++;
        }
        IgnoreFile included = i == parts.size()
                ? null
                : IgnoreFile.ofPatterns(List.of(String.join("/", parts.subList(i, parts.size()))));
        place(tree, base.node(), base.name(), new Selection(included, literal, exclusions(base.node())));
        return node.isPresent();
    }

    private void place(FileTree tree, FileNode node, String name, Selection selection) throws IOException {
        boolean intoDirectory = node.isDirectory() || written.directory();
        if (intoDirectory && present != null && present != FileType.DIRECTORY) {
            throw refused("it is a file in the image, not a directory");
        }
        if (intoDirectory && present == null) {
            made.add(destination);
            present = FileType.DIRECTORY;
        }
        boolean inside = !node.isDirectory() && present == FileType.DIRECTORY;
        placements.add(new Placement(tree, node, inside ? WindowsPath.join(destination, name) : destination,
                selection));
        present = present == null ? FileType.FILE : present;
    }

    /** What has been copied so far; valid until this is closed. */
    public CopyPlan plan() {
        List<String> directories = placements.isEmpty() ? List.of() : made;
        return new CopyPlan(directories, placements, options.owner(), image, unmatched);
    }

    @Override
    public void close() throws IOException {
        for (FileTree archive : archives) {
            archive.close();
        }
        archives.clear();
    }

    private String purpose() {
        return "cannot copy to C:\\" + written.path().replace('/', '\\');
    }

    private EngineException refused(String problem) {
        return new EngineException(ErrorKind.INVALID_INSTRUCTION, purpose() + ": " + problem);
    }
}
