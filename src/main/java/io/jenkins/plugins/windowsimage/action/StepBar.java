package io.jenkins.plugins.windowsimage.action;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Step;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** A step in the timeline of an image page: when it began and how long it took, as shares of the whole. */
@Restricted(NoExternalUse.class)
public final class StepBar {
    private final Step step;
    private final long offset;
    private final long whole;
    private final boolean failed;

    private StepBar(Step step, long offset, long whole, boolean failed) {
        this.step = step;
        this.offset = offset;
        this.whole = whole;
        this.failed = failed;
    }

    /**
     * @param failedLine the line of the Dockerfile that failed; 0 for none
     * @return the steps in their order; one without a known start begins where the one before it ended
     */
    static List<StepBar> of(List<Step> steps, int failedLine) {
        List<Long> starts = new ArrayList<>();
        long end = 0;
        for (Step step : steps) {
            long start = start(step, end);
            starts.add(start);
            end = start + step.durationMillis();
        }
        long first = starts.stream().mapToLong(Long::longValue).min().orElse(0);
        long whole = 1;
        for (int i = 0; i < steps.size(); i++) {
            whole = Math.max(whole, starts.get(i) - first + steps.get(i).durationMillis());
        }
        List<StepBar> bars = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            boolean failed = failedLine > 0 && steps.get(i).line() == failedLine;
            bars.add(new StepBar(steps.get(i), starts.get(i) - first, whole, failed));
        }
        return bars;
    }

    private static long start(Step step, long otherwise) {
        if (step.start() == null) {
            return otherwise;
        }
        try {
            return Instant.parse(step.start()).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            return otherwise;
        }
    }

    @CheckForNull
    public String getStage() {
        return step.stage();
    }

    /** 0 when it has none. */
    public int getLine() {
        return step.line();
    }

    @NonNull
    public String getText() {
        return step.text();
    }

    public boolean isCached() {
        return step.cached();
    }

    public boolean isFailed() {
        return failed;
    }

    @CheckForNull
    public Integer getExitCode() {
        return step.exitCode();
    }

    public long getDurationMillis() {
        return step.durationMillis();
    }

    @NonNull
    public String getDurationText() {
        return Figures.duration(step.durationMillis());
    }

    @NonNull
    public String getOffset() {
        return Figures.percent(Math.min(offset, whole - visible()), whole);
    }

    @NonNull
    public String getWidth() {
        return Figures.percent(Math.max(step.durationMillis(), visible()), whole);
    }

    /** The shortest time that can still be seen. */
    private long visible() {
        return Math.max(1, whole / 100);
    }

    /** The whole bar in words. */
    @NonNull
    public String getLabel() {
        if (failed) {
            return Messages.StepBar_failed(getDurationText());
        }
        return step.cached()
                ? Messages.StepBar_cached()
                : Messages.StepBar_from(getDurationText(), Figures.duration(offset));
    }
}
