package io.jenkins.plugins.windowsimage.action;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.listeners.RunListener;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * How far an image build is that runs now, from the events that its agent writes (docs/result-format.md). Lives in
 * memory only: whoever follows a build makes one with {@link #of}, gives it every event and {@linkplain #end ends}
 * it; after a restart of the controller it is made anew and may start in the middle of the events. Events may be
 * wrong or hostile: what cannot be used is ignored, names are cut and cleaned. Thread-safe.
 */
public final class BuildProgress {
    private static final Logger LOGGER = Logger.getLogger(BuildProgress.class.getName());
    /** Longest line that is looked at, in characters; only output lines get that long, and they do not matter here. */
    private static final int MAXIMUM_LINE = 1 << 16;
    /** Builds of one run, and blobs of one build, that are followed at a time. */
    private static final int MAXIMUM_FOLLOWED = 1_000;

    private static final int MAXIMUM_STEPS = 100_000;
    private static final long MAXIMUM_BLOB = 1L << 50;
    private static final int PERCENT = 100;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(4)
                            .maxNumberLength(20)
                            .build())
                    .build())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final Map<String, Map<String, BuildProgress>> RUNNING = new ConcurrentHashMap<>();

    private final String run;
    private final String key;
    private final String image;
    private final Map<String, Blob> blobs = new LinkedHashMap<>();
    private String transfer;
    private int steps;
    private int started;
    private int completed;
    private String current;

    private BuildProgress(String run, String key, String image) {
        this.run = run;
        this.key = key;
        this.image = image;
    }

    /**
     * The progress of one build of a run, which is made if there is none yet.
     *
     * @param key tells the builds of the run apart, such as the id of the flow node
     * @param image what is built, as people call it, such as its first tag
     */
    @NonNull
    public static BuildProgress of(@NonNull Run<?, ?> run, @NonNull String key, @NonNull String image) {
        Map<String, BuildProgress> builds = RUNNING.computeIfAbsent(
                run.getExternalizableId(), id -> new ConcurrentHashMap<>());
        return builds.computeIfAbsent(
                key, id -> new BuildProgress(run.getExternalizableId(), key, PlainText.name(image)));
    }

    /** Whether this run builds images, or has built some and goes on with something else. */
    static boolean isFollowed(Run<?, ?> run) {
        return RUNNING.containsKey(run.getExternalizableId()) && run.isBuilding();
    }

    /** What runs now in this run, in the order of the keys. */
    static List<Snapshot> running(Run<?, ?> run) {
        return RUNNING.getOrDefault(run.getExternalizableId(), Map.of()).entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .limit(MAXIMUM_FOLLOWED)
                .map(entry -> entry.getValue().snapshot())
                .toList();
    }

    /** Takes note of one line of the events file. Never throws. */
    public void accept(@NonNull String line) {
        if (line.length() > MAXIMUM_LINE) {
            return;
        }
        try {
            Event event = MAPPER.readValue(line, Event.class);
            if (event != null && event.type != null) {
                accept(event);
            }
        } catch (JsonProcessingException e) {
            LOGGER.log(Level.FINE, e, () -> "Not an event of " + run + ": " + PlainText.quote(line));
        }
    }

    private synchronized void accept(Event event) {
        switch (event.type) {
            case "build-started" -> steps = within(event.steps, MAXIMUM_STEPS);
            case "step-started" -> {
                started = Math.max(started, within(event.step, MAXIMUM_STEPS));
                current = PlainText.name(event.name);
                blobs.clear();
            }
            case "step-completed" -> completed = Math.min(completed + 1, MAXIMUM_STEPS);
            case "transfer" -> accept(event.direction, event.digest, event.bytes, event.total);
            default -> LOGGER.log(Level.FINEST, "Nothing to show for {0}", event.type);
        }
    }

    private void accept(String direction, String digest, long bytes, long total) {
        if (digest == null || !("pull".equals(direction) || "push".equals(direction))) {
            return;
        }
        if (!direction.equals(transfer)) {
            transfer = direction;
            blobs.clear();
        }
        if (blobs.containsKey(digest) || blobs.size() < MAXIMUM_FOLLOWED) {
            long length = Math.max(0, Math.min(total, MAXIMUM_BLOB));
            blobs.put(PlainText.name(digest), new Blob(Math.max(0, Math.min(bytes, length)), length));
        }
    }

    private static int within(int number, int maximum) {
        return Math.max(0, Math.min(number, maximum));
    }

    /** The build has ended, whatever the end was. Doing it again does nothing. */
    public void end() {
        Map<String, BuildProgress> builds = RUNNING.get(run);
        if (builds != null) {
            builds.remove(key, this);
        }
    }

    synchronized Snapshot snapshot() {
        return new Snapshot(image, started, steps, percent(), current, moving());
    }

    private int percent() {
        return steps == 0 ? -1 : PERCENT * Math.min(completed, steps) / steps;
    }

    private String moving() {
        long bytes = blobs.values().stream().mapToLong(Blob::bytes).sum();
        long total = blobs.values().stream().mapToLong(Blob::total).sum();
        if (total == 0 || bytes == total) {
            return null;
        }
        return "push".equals(transfer)
                ? Messages.BuildProgress_pushing(Figures.size(bytes), Figures.size(total))
                : Messages.BuildProgress_pulling(Figures.size(bytes), Figures.size(total));
    }

    /**
     * How far a build is at one moment.
     *
     * @param image what is built
     * @param step the number of the step that began last; 0 before the first
     * @param steps how many there are; 0 when not known
     * @param percent of the steps that are done; -1 when not known
     * @param current name of the step that began last; null before the first
     * @param transfer what is being moved from or to a registry, in words; null for nothing
     */
    record Snapshot(
            @NonNull String image,
            int step,
            int steps,
            int percent,
            @CheckForNull String current,
            @CheckForNull String transfer) {
        /** In words. */
        String text() {
            if (transfer != null) {
                return transfer;
            }
            if (step == 0) {
                return Messages.BuildProgress_preparing();
            }
            return steps == 0
                    ? Messages.BuildProgress_step(step)
                    : Messages.BuildProgress_stepOf(Math.min(step, steps), steps);
        }
    }

    private record Blob(long bytes, long total) {}

    /** The fields of all events that matter here. */
    private record Event(
            String type, int steps, int step, String name, String direction, String digest, long bytes, long total) {}

    /** Forgets what a run that has ended left behind. */
    @Restricted(NoExternalUse.class)
    @Extension
    public static final class Cleanup extends RunListener<Run<?, ?>> {
        @Override
        public void onFinalized(Run<?, ?> run) {
            RUNNING.remove(run.getExternalizableId());
        }

        @Override
        public void onDeleted(Run<?, ?> run) {
            RUNNING.remove(run.getExternalizableId());
        }
    }
}
