package io.jenkins.plugins.windowsimage.action;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Job;
import java.util.List;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** How one image of a job changed from build to build: size, duration and cache hits. */
@Restricted(NoExternalUse.class)
public final class ImageTrend {
    /** Series that are shown; a job with more is better served by its table. */
    private static final int MAXIMUM = 12;

    private static final int PERCENT = 100;

    private final List<ImageHistory.Entry> entries;

    private ImageTrend(List<ImageHistory.Entry> entries) {
        this.entries = entries;
    }

    static List<ImageTrend> of(Job<?, ?> job) {
        return ImageHistory.series(job).stream()
                .limit(MAXIMUM)
                .map(ImageTrend::new)
                .toList();
    }

    private ImageSummary latest() {
        return entries.get(entries.size() - 1).image();
    }

    @NonNull
    public String getName() {
        return latest().getName() == null ? Messages.ImageTrend_unnamed() : latest().getName();
    }

    /** Below Jenkins, with a slash at its end. */
    @NonNull
    public String getUrl() {
        ImageHistory.Entry newest = entries.get(entries.size() - 1);
        return newest.run().getUrl() + WindowsImageAction.URL + "/" + newest.image().getBuildId() + "/";
    }

    @CheckForNull
    public String getStage() {
        return latest().getStage();
    }

    @CheckForNull
    public String getWindowsTag() {
        return WindowsRelease.tag(latest().getOsVersion());
    }

    @NonNull
    public List<TrendChart> getCharts() {
        return List.of(
                TrendChart.of(Messages.ImageTrend_size(), entries, ImageSummary::getSize, Figures::size, 0),
                TrendChart.of(
                        Messages.ImageTrend_duration(), entries, ImageSummary::getDurationMillis, Figures::duration, 0),
                TrendChart.of(
                        Messages.ImageTrend_cacheHits(),
                        entries,
                        ImageTrend::cacheHits,
                        share -> share + " %",
                        PERCENT));
    }

    private static long cacheHits(ImageSummary image) {
        return image.getSteps() == 0 ? 0 : (long) PERCENT * image.getCachedSteps() / image.getSteps();
    }
}
