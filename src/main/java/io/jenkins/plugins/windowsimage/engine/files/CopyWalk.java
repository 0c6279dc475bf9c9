package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * One way through a {@link CopyPlan}: parents before what lies in them. Refuses what cannot be put where it would go.
 */
final class CopyWalk implements Iterator<PlannedEntry> {
    private final Iterator<String> made;
    private final Iterator<Placement> placements;
    private final List<Placement> all;
    private final String owner;
    private final Destination image;
    /** The directories that the walk is in, the innermost first. */
    private final Deque<Frame> frames = new ArrayDeque<>();
    /** Entries that are certain, in order. */
    private final Deque<PlannedEntry> ready = new ArrayDeque<>();
    private final LongConsumer finish;
    private Placement placement;
    /** Changes with everything that the walk found. */
    private long seal;
    private boolean finished;

    /** A directory on the way; pending until something in it is taken. */
    private static final class Frame {
        private final FileNode node;
        private final Iterator<FileNode> children;
        private final String path;
        private final String target;
        private final boolean inImage;
        private boolean pending;

        private Frame(FileNode node, Iterator<FileNode> children, String path, String target, boolean inImage,
                boolean pending) {
            this.node = node;
            this.children = children;
            this.path = path;
            this.target = target;
            this.inImage = inImage;
            this.pending = pending;
        }
    }

    /**
     * Starts a walk.
     *
     * @param finish takes a number at the end, which is the same for walks that found the same files with the same
     *     times, wherever they go
     */
    CopyWalk(List<String> made, List<Placement> placements, String owner, Destination image, LongConsumer finish) {
        this.made = made.iterator();
        this.placements = placements.iterator();
        this.all = placements;
        this.owner = owner;
        this.image = image;
        this.finish = finish;
    }

    @Override
    public boolean hasNext() {
        try {
            while (ready.isEmpty()) {
                if (made.hasNext()) {
                    makeDirectory(made.next());
                } else if (!frames.isEmpty()) {
                    step();
                } else if (placements.hasNext()) {
                    start(placements.next());
                } else {
                    finish();
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw new EngineException(ErrorKind.IO_ERROR, "cannot read the files to copy: " + FileFailure.reason(e), e);
        }
    }

    private void finish() {
        if (!finished) {
            finished = true;
            finish.accept(seal);
        }
    }

    @Override
    public PlannedEntry next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.pop();
    }

    /** A directory that no source gives: it takes its time from the first source. */
    private void makeDirectory(String target) {
        FileNode first = all.get(0).node();
        FileNode node = new FileNode(target, FileType.DIRECTORY, 0, first.modified(), null, null);
        ready.add(new PlannedEntry(target, node, null, owner));
    }

    private void start(Placement next) throws IOException {
        placement = next;
        FileNode node = next.node();
        if (node.isDirectory()) {
            boolean inImage = next.target().isEmpty() || image.find(next.target()).isPresent();
            enter(node, "", next.target(), inImage, false);
        } else {
            take(node, next.target(), true);
        }
    }

    private void enter(FileNode node, String path, String target, boolean inImage, boolean pending) throws IOException {
        frames.push(new Frame(node, children(node, path).iterator(), path, target, inImage, pending));
    }

    /** What is to be looked at in a directory: one entry only where the way to the included files is known. */
    private List<FileNode> children(FileNode directory, String path) throws IOException {
        String way = placement.selection().includedFrom();
        if (way.length() <= path.length()) {
            return placement.tree().children(directory);
        }
        String rest = way.substring(path.isEmpty() ? 0 : path.length() + 1);
        int slash = rest.indexOf('/');
        String name = slash < 0 ? rest : rest.substring(0, slash);
        return placement.tree().find(WindowsPath.join(directory.path(), name)).stream().toList();
    }

    private void step() throws IOException {
        Frame frame = frames.peek();
        if (!frame.children.hasNext()) {
            frames.pop();
            return;
        }
        FileNode node = frame.children.next();
        String path = WindowsPath.join(frame.path, node.name());
        Selection.Verdict verdict = placement.selection().of(path, node.isDirectory());
        if (verdict == Selection.Verdict.LEAVE) {
            return;
        }
        boolean taken = verdict == Selection.Verdict.TAKE;
        String target = WindowsPath.join(frame.target, node.name());
        if (taken) {
            takePending();
            take(node, target, frame.inImage);
        }
        if (node.isDirectory()) {
            enter(node, path, target, frame.inImage && image.find(target).isPresent(), !taken);
        }
    }

    /** Directories that were only on the way become entries when the first thing in them does. */
    private void takePending() throws IOException {
        for (Iterator<Frame> outer = frames.descendingIterator(); outer.hasNext(); ) {
            Frame frame = outer.next();
            if (frame.pending) {
                take(frame.node, frame.target, true);
                frame.pending = false;
            }
        }
    }

    private void take(FileNode node, String target, boolean parentInImage) throws IOException {
        String name = target.substring(target.lastIndexOf('/') + 1);
        String problem = WindowsNames.problem(name);
        if (problem == null && WindowsNames.lengthProblem(target) != null) {
            problem = "its path in the image " + WindowsNames.lengthProblem(target);
        }
        if (problem != null) {
            throw refused(node, problem);
        }
        // Without the identity of hard links, which a tree may express by new objects every time.
        // Nor with the time of directories, which also changes when something comes that is ignored.
        Instant modified = node.isDirectory() ? null : node.modified();
        Instant changed = node.stamp() == null ? null : node.stamp().changed();
        mix(node.path().hashCode());
        mix(node.type().ordinal());
        mix(node.size());
        mix(Objects.hashCode(modified));
        mix(Objects.hashCode(changed));
        mix(Objects.hashCode(node.linkTarget()));
        ready.add(new PlannedEntry(parentInImage ? spelled(target, node) : target, node, placement.tree(), owner));
    }

    private void mix(long found) {
        seal = (seal ^ found) * 0x9E3779B97F4A7C15L;
        seal ^= seal >>> 31;
    }

    /** The target under the name that the image has for it already: on Windows a file that is overwritten keeps its spelling. */
    private String spelled(String target, FileNode node) throws IOException {
        Optional<FileNode> before = image.find(target);
        if (before.isEmpty()) {
            return target;
        }
        if (before.get().isDirectory() != node.isDirectory()) {
            throw refused(node, where(target) + (node.isDirectory()
                    ? " is no directory in the image"
                    : " is a directory in the image"));
        }
        return target.substring(0, target.lastIndexOf('/') + 1) + before.get().name();
    }

    private static String where(String target) {
        return "C:\\" + target.replace('/', '\\');
    }

    private static EngineException refused(FileNode node, String problem) {
        return new EngineException(
                ErrorKind.INVALID_INSTRUCTION, "cannot copy \"/" + node.path() + "\": " + problem);
    }
}
