package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The digest of what an instruction copies: paths, types, owners, link targets and contents, but no times; a part of
 * cache keys. Files of this machine are read by several threads, and not at all when the cache knows them. Thread-safe.
 */
public final class ContentDigest {
    /** Enough that a tree of compressed layers is rarely read twice, few enough to stay small in memory. */
    private static final int MOST_AT_ONCE = 32_768;
    /** Of directories of this machine, where every order is as good. */
    private static final int MOST_OF_DIRECTORY = 8192;
    /** Files that a thread takes at a time. */
    private static final int TAKEN = 16;
    /** Files that a thread looks up at a time. */
    private static final int LOOKED_UP = 1024;

    private final DigestCache cache;
    private final ExecutorService workers;
    private final int threads;
    private final Cancellation cancellation;

    /**
     * Prepares for any number of instructions.
     *
     * @param cache knows files of this machine; null to read all of them
     * @param workers read files; not shut down here
     * @param threads how many of them are used at a time
     */
    public ContentDigest(DigestCache cache, ExecutorService workers, int threads, Cancellation cancellation) {
        this.cache = cache;
        this.workers = workers;
        this.threads = threads;
        this.cancellation = cancellation;
    }

    /**
     * The same tree, which notes the contents of files as they are read: a digest computed afterwards stands for what was
     * read, and does not read it again.
     */
    public FileTree noting(FileTree tree) {
        return cache == null ? tree : new DigestingTree(tree, cache);
    }

    /**
     * Goes through the entries once.
     *
     * @throws IOException if a file cannot be read or changes meanwhile; the message names it
     */
    public Digest of(Iterable<PlannedEntry> entries) throws IOException {
        MessageDigest running = Digest.start();
        List<PlannedEntry> batch = new ArrayList<>();
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(
                new DigestOutputStream(OutputStream.nullOutputStream(), running)))) {
            for (PlannedEntry entry : entries) {
                batch.add(entry);
                if (batch.size() >= (entry.source().stamp() == null ? MOST_AT_ONCE : MOST_OF_DIRECTORY)) {
                    write(batch, out);
                    batch.clear();
                }
            }
            write(batch, out);
        }
        return Digest.of(running);
    }

    private void write(List<PlannedEntry> batch, DataOutputStream out) throws IOException {
        byte[][] contents = contents(batch);
        for (int i = 0; i < contents.length; i++) {
            PlannedEntry entry = batch.get(i);
            write(entry.target(), out);
            out.writeByte(entry.source().type().ordinal());
            write(entry.owner() == null ? "" : entry.owner(), out);
            switch (entry.source().type()) {
                case FILE -> out.write(contents[i]);
                case SYMLINK -> {
                    write(entry.source().linkTarget(), out);
                    // Windows has two kinds of links.
                    out.writeBoolean(leadsToDirectory(entry));
                }
                default -> { }
            }
        }
    }

    private static boolean leadsToDirectory(PlannedEntry entry) throws IOException {
        return FollowedLinks.find(entry.tree(), entry.source().path()).map(FileNode::isDirectory).orElse(false);
    }

    private static void write(String text, DataOutputStream out) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** A file that has to be read. */
    private record Unknown(int index, FileNode file) {}

    /** The digests of the files among the entries, 32 bytes each; null for the others. */
    private byte[][] contents(List<PlannedEntry> batch) throws IOException {
        byte[][] digests = new byte[batch.size()][];
        if (cache != null) {
            inParallel(digests.length, LOOKED_UP, (from, to) -> {
                StampKeys keys = new StampKeys();
                for (int i = from; i < to; i++) {
                    FileStamp stamp = batch.get(i).source().stamp();
                    digests[i] = stamp == null ? null : cache.find(stamp, keys);
                }
            });
        }
        Map<FileTree, List<Unknown>> unknown = new LinkedHashMap<>();
        for (int i = 0; i < digests.length; i++) {
            PlannedEntry entry = batch.get(i);
            if (entry.source().type() == FileType.FILE && digests[i] == null) {
                unknown.computeIfAbsent(entry.tree(), tree -> new ArrayList<>()).add(new Unknown(i, entry.source()));
            }
        }
        for (Map.Entry<FileTree, List<Unknown>> ofTree : unknown.entrySet()) {
            boolean direct = ofTree.getValue().stream().allMatch(file -> file.file.stamp() != null);
            if (direct) {
                List<Unknown> files = ofTree.getValue();
                inParallel(files.size(), TAKEN,
                        (from, to) -> hash(ofTree.getKey(), files.subList(from, to), digests));
            } else {
                hash(ofTree.getKey(), ofTree.getValue(), digests);
            }
        }
        return digests;
    }

    private void hash(FileTree tree, List<Unknown> files, byte[][] digests) throws IOException {
        Map<FileNode, List<Unknown>> wanted = new LinkedHashMap<>();
        files.forEach(file -> wanted.computeIfAbsent(file.file, node -> new ArrayList<>(1)).add(file));
        Instant before = cache == null ? null : cache.now();
        MessageDigest running = Digest.start();
        byte[] buffer = new byte[1 << 16];
        tree.read(wanted.keySet(), (node, content) -> {
            cancellation.check();
            for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                cancellation.check();
                running.update(buffer, 0, count);
            }
            byte[] digest = running.digest();
            wanted.get(node).forEach(file -> digests[file.index] = digest);
        });
        StampKeys keys = new StampKeys();
        for (Unknown file : files) {
            if (cache != null && file.file.stamp() != null) {
                cache.note(file.file.stamp(), digests[file.index], before, keys);
            }
        }
    }

    /** Work on a part of a list. */
    private interface Part {
        void work(int from, int to) throws IOException;
    }

    private void inParallel(int size, int taken, Part part) throws IOException {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> futures = new ArrayList<>();
        for (int i = 1; i < threads && i * taken < size; i++) {
            futures.add(workers.submit(() -> {
                workOff(next, size, taken, part);
                return null;
            }));
        }
        try {
            workOff(next, size, taken, part);
        } finally {
            // Ends the others soon when this one fails.
            next.set(size);
            await(futures);
        }
    }

    private void workOff(AtomicInteger next, int size, int taken, Part part) throws IOException {
        for (int from = next.getAndAdd(taken); from < size; from = next.getAndAdd(taken)) {
            cancellation.check();
            part.work(from, Math.min(size, from + taken));
        }
    }

    private static void await(List<Future<?>> futures) throws IOException {
        Throwable failure = null;
        boolean interrupted = false;
        for (Future<?> future : futures) {
            boolean done = false;
            while (!done) {
                try {
                    future.get();
                    done = true;
                } catch (ExecutionException e) {
                    failure = e.getCause();
                    done = true;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure instanceof IOException e) {
            throw new IOException(e.getMessage(), e);
        } else if (failure instanceof RuntimeException e) {
            throw e;
        } else if (failure != null) {
            throw new IllegalStateException(failure);
        }
    }
}
