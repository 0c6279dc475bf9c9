package io.jenkins.plugins.windowsimage.action;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * A small bar chart over the builds of a job, oldest left. The page draws it as SVG from these numbers, so that it
 * needs neither scripts nor styles of its own.
 */
@Restricted(NoExternalUse.class)
public final class TrendChart {
    /** In the units of the chart's own coordinates. */
    private static final int WIDTH = 300;

    private static final int HEIGHT = 80;
    /** Widest bar, so that a job with two builds does not have two walls. */
    private static final double WIDEST = 30;

    private static final double GAP = 0.2;
    private static final double VISIBLE = 1.5;

    private final String title;
    private final List<Bar> bars;
    private final String latest;
    private final String first;
    private final String last;

    private TrendChart(String title, List<Bar> bars, String latest, String first, String last) {
        this.title = title;
        this.bars = bars;
        this.latest = latest;
        this.first = first;
        this.last = last;
    }

    /**
     * @param entries oldest first, at least one
     * @param value what the bars show
     * @param text the value in words
     * @param ceiling the value of a bar of full height; 0 for the largest value
     */
    static TrendChart of(
            String title,
            List<ImageHistory.Entry> entries,
            ToLongFunction<ImageSummary> value,
            LongFunction<String> text,
            long ceiling) {
        long top = ceiling > 0
                ? ceiling
                : Math.max(1, entries.stream().mapToLong(entry -> value.applyAsLong(entry.image())).max().orElse(1));
        double slot = Math.min(WIDEST, (double) WIDTH / entries.size());
        List<Bar> bars = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            ImageHistory.Entry entry = entries.get(i);
            long number = value.applyAsLong(entry.image());
            double height = Math.max(VISIBLE, (double) HEIGHT * Math.min(number, top) / top);
            bars.add(new Bar(
                    entry.run().getUrl() + WindowsImageAction.URL + "/" + entry.image().getBuildId() + "/",
                    Messages.TrendChart_bar(entry.run().getDisplayName(), text.apply(number)),
                    coordinate(i * slot + slot * GAP / 2),
                    coordinate(HEIGHT - height),
                    coordinate(slot * (1 - GAP)),
                    coordinate(height)));
        }
        ImageHistory.Entry newest = entries.get(entries.size() - 1);
        return new TrendChart(
                title,
                bars,
                text.apply(value.applyAsLong(newest.image())),
                entries.get(0).run().getDisplayName(),
                newest.run().getDisplayName());
    }

    private static String coordinate(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    @NonNull
    public String getTitle() {
        return title;
    }

    @NonNull
    public List<Bar> getBars() {
        return bars;
    }

    /** The newest value in words. */
    @NonNull
    public String getLatest() {
        return latest;
    }

    /** Name of the oldest build. */
    @NonNull
    public String getFirst() {
        return first;
    }

    /** Name of the newest build. */
    @NonNull
    public String getLast() {
        return last;
    }

    /** The chart in one sentence, for those who do not see it. */
    @NonNull
    public String getLabel() {
        return Messages.TrendChart_label(title, bars.size(), latest);
    }

    @NonNull
    public String getViewBox() {
        return "0 0 " + WIDTH + " " + HEIGHT;
    }

    /** One build. */
    @Restricted(NoExternalUse.class)
    public static final class Bar {
        private final String url;
        private final String label;
        private final String x;
        private final String y;
        private final String width;
        private final String height;

        Bar(String url, String label, String x, String y, String width, String height) {
            this.url = url;
            this.label = label;
            this.x = x;
            this.y = y;
            this.width = width;
            this.height = height;
        }

        /** Of the image's page, below Jenkins. */
        public String getUrl() {
            return url;
        }

        public String getLabel() {
            return label;
        }

        public String getX() {
            return x;
        }

        public String getY() {
            return y;
        }

        public String getWidth() {
            return width;
        }

        public String getHeight() {
            return height;
        }
    }
}
