package io.jenkins.plugins.windowsimage.action;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Layer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** A layer in the table of an image page. */
@Restricted(NoExternalUse.class)
public final class LayerRow {
    private final Layer layer;
    private final int position;
    private final long largest;

    private LayerRow(Layer layer, int position, long largest) {
        this.layer = layer;
        this.position = position;
        this.largest = largest;
    }

    /** The layers that came with the base image, or the image's own, largest first; bars compare within the list. */
    static List<LayerRow> of(List<Layer> layers, boolean base) {
        long largest = layers.stream()
                .filter(layer -> layer.base() == base)
                .mapToLong(Layer::size)
                .max()
                .orElse(0);
        List<LayerRow> rows = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i).base() == base) {
                rows.add(new LayerRow(layers.get(i), i + 1, largest));
            }
        }
        rows.sort(Comparator.comparingLong((LayerRow row) -> row.layer.size()).reversed());
        return rows;
    }

    /** Counted from 1, base layers first. */
    public int getPosition() {
        return position;
    }

    @NonNull
    public String getDigest() {
        return layer.digest();
    }

    @NonNull
    public String getShortDigest() {
        return Figures.shortDigest(layer.digest());
    }

    @CheckForNull
    public String getCreatedBy() {
        return layer.createdBy();
    }

    public boolean isCached() {
        return layer.cached();
    }

    public long getSize() {
        return layer.size();
    }

    @NonNull
    public String getSizeText() {
        return Figures.size(layer.size());
    }

    /** Null when not known. */
    @CheckForNull
    public String getUncompressedText() {
        return layer.uncompressedSize() < 0 ? null : Figures.size(layer.uncompressedSize());
    }

    @NonNull
    public String getWidth() {
        return Figures.percent(layer.size(), largest);
    }
}
