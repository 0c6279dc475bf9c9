package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.build.BuildEvent;
import io.jenkins.plugins.windowsimage.engine.build.BuildListener;
import io.jenkins.plugins.windowsimage.engine.build.BuildResult;
import io.jenkins.plugins.windowsimage.engine.build.BuildResult.Outcome;
import io.jenkins.plugins.windowsimage.engine.build.BuildResult.Reference;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.store.BuildId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Option;

/** The result file of commands that push or name an image without building one; docs/result-format.md says which fields it has. */
final class ImageReport {
    @Option(names = "--metadata-file", paramLabel = "FILE", description = "Write the result to this file as JSON, whatever the end was.")
    private Path file;

    private final List<Reference> pushed = new ArrayList<>();
    private final AtomicLong uploaded = new AtomicLong();

    /** What a command does; tells the listener and returns the digest of the image or index concerned, null when not known. */
    interface Work {
        Digest perform(BuildListener listener) throws IOException;
    }

    /** Does the work and writes the file, if one is wanted. */
    void around(List<ImageReference> names, BuildListener shown, Work work) throws IOException {
        long start = System.nanoTime();
        try {
            Digest digest = work.perform(event -> {
                if (event instanceof BuildEvent.Pushed name) {
                    pushed.add(new Reference(name.reference(), name.digest()));
                }
                if (event instanceof BuildEvent.Transfer transfer
                        && transfer.direction().equals("push") && transfer.state().equals("done")) {
                    uploaded.addAndGet(transfer.total());
                }
                shown.on(event);
            });
            write(names, digest == null && !pushed.isEmpty() ? pushed.get(0).digest() : digest, null, start);
        } catch (EngineException e) {
            write(names, null, e, start);
            throw e;
        }
    }

    private void write(List<ImageReference> names, Digest digest, EngineException failure, long start) {
        if (file == null) {
            return;
        }
        List<String> tags = names.stream().map(ImageReference::toString).toList();
        ResultFile.write(
                file,
                new BuildResult(
                        BuildId.next(),
                        outcome(failure),
                        digest,
                        null,
                        null,
                        tags,
                        pushed,
                        null,
                        null,
                        List.of(),
                        List.of(),
                        List.of(),
                        new BuildResult.Totals(0, 0, 0, 0, (System.nanoTime() - start) / 1_000_000, uploaded.get()),
                        List.of(),
                        failure == null
                                ? null
                                : new BuildResult.Failure(
                                        failure.kind().id(), failure.getMessage(), null, failure.hint(), null, null),
                        digest,
                        null,
                        tags.isEmpty() ? null : String.join(",", tags)));
    }

    private static Outcome outcome(EngineException failure) {
        if (failure == null) {
            return Outcome.SUCCESS;
        }
        return failure.kind() == ErrorKind.CANCELLED ? Outcome.CANCELLED : Outcome.FAILURE;
    }
}
