package io.jenkins.plugins.windowsimage.action;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Images of earlier builds of a job. Looks at a limited number of builds, because each may have to be loaded. */
final class ImageHistory {
    /** How many builds trends look back. */
    static final int BUILDS = 30;

    private static final int COMPARED = 10;

    private ImageHistory() {}

    /** An image and the run that has it. */
    record Entry(Run<?, ?> run, ImageSummary image) {}

    /** The last image of the same series that an earlier build finished; null when there is none among the last ten. */
    @CheckForNull
    static ImageSummary before(@NonNull Run<?, ?> run, @NonNull ImageSummary image) {
        Run<?, ?> build = run.getPreviousBuild();
        for (int looked = 0; build != null && looked < COMPARED; looked++) {
            for (ImageSummary other : finished(build)) {
                if (other.series().equals(image.series())) {
                    return other;
                }
            }
            build = build.getPreviousBuild();
        }
        return null;
    }

    /** Those of the last builds that have images, failed ones included, newest first. */
    @NonNull
    static List<WindowsImageAction> builds(@NonNull Job<?, ?> job) {
        List<WindowsImageAction> builds = new ArrayList<>();
        Run<?, ?> build = job.getLastBuild();
        for (int looked = 0; build != null && looked < BUILDS; looked++) {
            WindowsImageAction action = build.getAction(WindowsImageAction.class);
            if (action != null && !action.getSummaries().isEmpty()) {
                builds.add(action);
            }
            build = build.getPreviousBuild();
        }
        return builds;
    }

    /**
     * The images that the last builds finished, by series, oldest first; the series that was built last comes
     * first.
     */
    @NonNull
    static List<List<Entry>> series(@NonNull Job<?, ?> job) {
        Map<String, List<Entry>> series = new LinkedHashMap<>();
        for (WindowsImageAction build : builds(job)) {
            for (ImageSummary image : finished(build.getRun())) {
                series.computeIfAbsent(image.series(), key -> new ArrayList<>())
                        .add(0, new Entry(build.getRun(), image));
            }
        }
        return List.copyOf(series.values());
    }

    private static List<ImageSummary> finished(Run<?, ?> build) {
        WindowsImageAction action = build.getAction(WindowsImageAction.class);
        return action == null
                ? List.of()
                : action.getSummaries().stream()
                        .filter(image -> image.isSuccess() && image.getKind() == Kind.BUILD)
                        .toList();
    }
}
