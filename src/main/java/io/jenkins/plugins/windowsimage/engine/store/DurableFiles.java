package io.jenkins.plugins.windowsimage.engine.store;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.DosFileAttributes;
import java.util.concurrent.locks.LockSupport;

/** The file operations that make a change visible at once and whole, and removal of trees. */
final class DurableFiles {
    private static final boolean WINDOWS = File.separatorChar == '\\';
    private static final int ATTEMPTS = 20;
    private static final long PAUSE_NANOS = 10_000_000;

    private DurableFiles() {}

    /** Gives a finished file its name, in place of what had that name before. */
    static void rename(Path from, Path to) throws IOException {
        // Windows refuses to replace a file while somebody reads it; readers of small records are gone in a moment.
        for (int attempt = 1; ; attempt++) {
            try {
                Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
                return;
            } catch (AccessDeniedException e) {
                if (!WINDOWS || attempt == ATTEMPTS) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** Makes the names in a directory durable; Windows does that by itself and offers no call for it. */
    static void syncDirectory(Path directory) throws IOException {
        if (WINDOWS) {
            return;
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Removes a file or a tree, without following links; what vanishes meanwhile is fine. Returns the bytes of its
     * files.
     */
    static long removeTree(Path tree) throws IOException {
        long[] bytes = {0};
        try {
            Files.walkFileTree(tree, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    if (attributes instanceof DosFileAttributes dos && dos.isReadOnly() && WINDOWS) {
                        Files.setAttribute(file, "dos:readonly", false, LinkOption.NOFOLLOW_LINKS);
                    }
                    if (Files.deleteIfExists(file)) {
                        bytes[0] += attributes.size();
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (e instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
                    if (e != null) {
                        throw e;
                    }
                    Files.deleteIfExists(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (NoSuchFileException e) {
            // Somebody else removed it.
        }
        return bytes[0];
    }
}
