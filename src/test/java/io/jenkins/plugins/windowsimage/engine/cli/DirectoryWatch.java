package io.jenkins.plugins.windowsimage.engine.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;

/** Tells as soon as something happens in a directory, so that a test can strike at that moment. */
final class DirectoryWatch implements Closeable {
    static final WatchEvent.Kind<Path> CREATED = StandardWatchEventKinds.ENTRY_CREATE;
    static final WatchEvent.Kind<Path> WRITTEN = StandardWatchEventKinds.ENTRY_MODIFY;
    static final WatchEvent.Kind<Path> DELETED = StandardWatchEventKinds.ENTRY_DELETE;

    private static final long LIMIT_SECONDS = 60;

    private final Path directory;
    private final WatchService service;

    /** Watches a directory for one kind of event from now on. */
    DirectoryWatch(Path directory, WatchEvent.Kind<Path> kind) throws IOException {
        this.directory = directory;
        this.service = directory.getFileSystem().newWatchService();
        directory.register(service, kind);
    }

    /** What is waited for. */
    interface Condition {
        boolean holds(Path file) throws IOException;
    }

    /** Waits until the condition holds for a file that something happened to. */
    void await(Condition condition) throws IOException, InterruptedException {
        while (true) {
            WatchKey key = service.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (key == null) {
                throw new AssertionError("nothing happens in " + directory);
            }
            for (WatchEvent<?> event : key.pollEvents()) {
                if (event.context() instanceof Path name && condition.holds(directory.resolve(name))) {
                    return;
                }
            }
            key.reset();
        }
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}
