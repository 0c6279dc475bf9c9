package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes down what a build does: passes every event on, one at a time, and keeps what the result needs. Thread-safe.
 */
final class BuildJournal {
    private final BuildListener listener;
    private final List<BuildResult.Warning> warnings = new ArrayList<>();
    private final List<BuildResult.Reference> pushed = new ArrayList<>();
    private final List<BuildResult.BaseImage> bases = new ArrayList<>();
    private final List<BuildResult.Step> steps = new ArrayList<>();
    private long uploadedBytes;

    BuildJournal(BuildListener listener) {
        this.listener = listener;
    }

    synchronized void on(BuildEvent event) {
        listener.on(event);
    }

    synchronized void warn(String rule, String message, Integer line) {
        BuildResult.Warning warning = new BuildResult.Warning(rule, message, line);
        if (!warnings.contains(warning)) {
            warnings.add(warning);
            listener.on(new BuildEvent.Warned(rule, message, line));
        }
    }

    synchronized void pushed(String reference, Digest digest) {
        pushed.add(new BuildResult.Reference(reference, digest));
        listener.on(new BuildEvent.Pushed(reference, digest));
    }

    synchronized void uploaded(long bytes) {
        uploadedBytes += bytes;
    }

    /** An image that a stage starts from or copies from. */
    synchronized void base(BaseImage image) {
        BuildResult.BaseImage base =
                new BuildResult.BaseImage(image.name(), image.raw().digest(), image.config().osVersion());
        if (!bases.contains(base)) {
            bases.add(base);
        }
    }

    synchronized void step(BuildResult.Step step) {
        steps.add(step);
    }

    synchronized List<BuildResult.Warning> warnings() {
        return List.copyOf(warnings);
    }

    synchronized List<BuildResult.Reference> pushed() {
        return List.copyOf(pushed);
    }

    synchronized List<BuildResult.BaseImage> bases() {
        return List.copyOf(bases);
    }

    synchronized List<BuildResult.Step> steps() {
        return List.copyOf(steps);
    }

    synchronized long uploadedBytes() {
        return uploadedBytes;
    }
}
