package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.build.BuildListener;
import io.jenkins.plugins.windowsimage.engine.build.BuildResult;
import io.jenkins.plugins.windowsimage.engine.build.IoFailures;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;

/** The files in which a build tells other programs about itself; made before it begins, so that a wrong path is known at once. */
final class OutputFiles implements AutoCloseable {
    private final Path eventFile;
    private final PrintStream events;
    /** Null without a file for events. */
    private final EventJson json;
    private final Path metadata;
    private final Path imageId;

    /** Each may be null. */
    OutputFiles(Path events, Path metadata, Path imageId) {
        prepare("--metadata-file", metadata);
        prepare("--iidfile", imageId);
        requireDirectory("--progress-file", events);
        this.eventFile = events;
        this.json = events == null ? null : new EventJson(Clock.systemUTC());
        this.metadata = metadata;
        this.imageId = imageId;
        try {
            this.events = events == null
                    ? null
                    : new PrintStream(Files.newOutputStream(events), true, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw Usage.error("--progress-file " + events + " cannot be written: " + e.getMessage());
        }
    }

    /** Takes the file of an earlier build away: a reader must not take it for this one's, however this one ends. */
    private static void prepare(String option, Path file) {
        requireDirectory(option, file);
        if (file != null && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.delete(file);
            } catch (IOException e) {
                throw Usage.error(option + " " + file + " cannot be written: " + IoFailures.sentence(e));
            }
        }
    }

    private static void requireDirectory(String option, Path file) {
        if (file != null && !Files.isDirectory(file.toAbsolutePath().getParent())) {
            throw Usage.error(option + " " + file + " cannot be written: there is no such directory");
        }
        if (file != null && Files.isDirectory(file)) {
            throw Usage.error(option + " " + file + " cannot be written: it is a directory");
        }
    }

    /** Writes events to the progress file, and passes them on. */
    BuildListener and(BuildListener other) {
        return event -> {
            if (events != null) {
                events.println(json.line(event));
            }
            other.on(event);
        };
    }

    /**
     * Writes what the build ended in.
     *
     * @throws EngineException of kind IO_ERROR that names the file that is missing or incomplete
     */
    void finish(BuildResult result) {
        if (metadata != null) {
            ResultFile.write(metadata, result);
        }
        if (imageId != null && result.configDigest() != null) {
            ResultFile.write(imageId, result.configDigest().toString().getBytes(StandardCharsets.US_ASCII));
        }
        if (events != null && events.checkError()) {
            throw new EngineException(
                    ErrorKind.IO_ERROR, "--progress-file " + eventFile + " lacks events, because it could not be written to its end");
        }
    }

    @Override
    public void close() {
        if (events != null) {
            events.close();
        }
    }
}
