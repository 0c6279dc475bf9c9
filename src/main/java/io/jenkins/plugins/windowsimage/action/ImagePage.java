package io.jenkins.plugins.windowsimage.action;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Api;
import hudson.model.Fingerprint;
import hudson.model.ModelObject;
import hudson.model.Run;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.BaseImage;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Failure;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Kind;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Layer;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Outcome;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Reference;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * One image as the pages show it: a row of the tables, and a page of its own. Everything but the summary comes from
 * the record, which may be gone; then those parts are empty. The values are text: the pages escape them.
 */
@Restricted(NoExternalUse.class)
public final class ImagePage implements ModelObject {
    private static final Logger LOGGER = Logger.getLogger(ImagePage.class.getName());

    private final WindowsImageAction action;
    private final ImageSummary summary;
    private WindowsImageRecord record;

    ImagePage(WindowsImageAction action, ImageSummary summary) {
        this.action = action;
        this.summary = summary;
    }

    /** Null when its file is gone. */
    @CheckForNull
    public synchronized WindowsImageRecord getRecord() {
        if (record == null) {
            record = action.record(summary.getBuildId()).orElse(null);
        }
        return record;
    }

    /** REST; null, which answers 404, without a record. */
    @CheckForNull
    public Api getApi() {
        return getRecord() == null ? null : new Api(new ExportedImage(getRecord()));
    }

    @NonNull
    public ImageSummary getSummary() {
        return summary;
    }

    @NonNull
    public Run<?, ?> getRun() {
        return action.getRun();
    }

    @NonNull
    public WindowsImageAction getAction() {
        return action;
    }

    @Override
    public String getDisplayName() {
        return summary.getName() == null ? Messages.ImagePage_unnamed(summary.getBuildId()) : summary.getName();
    }

    /** Below Jenkins, with a slash at its end. */
    @NonNull
    public String getUrl() {
        return getRun().getUrl() + WindowsImageAction.URL + "/" + summary.getBuildId() + "/";
    }

    /** The names apart from the first, in their short form. */
    @NonNull
    public List<String> getOtherNames() {
        if (getRecord() == null) {
            return List.of();
        }
        return getRecord().tags().stream()
                .skip(1)
                .map(tag -> ImageReference.parse(tag).familiar())
                .toList();
    }

    @NonNull
    public String getResultText() {
        return switch (summary.getResult()) {
            case SUCCESS -> switch (summary.getKind()) {
                case BUILD -> Messages.ImagePage_built();
                case PUSH -> Messages.ImagePage_pushed();
                case TAG -> Messages.ImagePage_tagged();
                case INDEX -> Messages.ImagePage_index();
            };
            case FAILURE -> Messages.ImagePage_failed();
            case CANCELLED -> Messages.ImagePage_cancelled();
        };
    }

    /** The symbol that stands beside the text; never alone. */
    @NonNull
    public String getResultSymbol() {
        return switch (summary.getResult()) {
            case SUCCESS -> "symbol-status-blue";
            case FAILURE -> "symbol-status-red";
            case CANCELLED -> "symbol-status-aborted";
        };
    }

    @CheckForNull
    public String getShortDigest() {
        return Figures.shortDigest(summary.getDigest());
    }

    @CheckForNull
    public String getShortImageId() {
        return Figures.shortDigest(summary.getImageId());
    }

    /** Such as {@code ltsc2022}; null when there is none. */
    @CheckForNull
    public String getWindowsTag() {
        return WindowsRelease.tag(summary.getOsVersion());
    }

    @NonNull
    public String getDurationText() {
        return Figures.duration(summary.getDurationMillis());
    }

    @NonNull
    public Date getStart() {
        return new Date(summary.getStartMillis());
    }

    @NonNull
    public String getAgentName() {
        return summary.getAgent().isEmpty() ? Messages.ImagePage_builtInNode() : summary.getAgent();
    }

    /** Pipeline stage and node. */
    @NonNull
    public String getPlace() {
        return summary.getStage() == null
                ? getAgentName()
                : Messages.ImagePage_place(summary.getStage(), getAgentName());
    }

    /** One sentence that begins with the line of the Dockerfile; null unless it failed. */
    @CheckForNull
    public String getErrorText() {
        return summary.getError() == null || summary.getLine() == 0
                ? summary.getError()
                : Messages.ImagePage_errorAt(summary.getLine(), summary.getError());
    }

    /** Null without an image. */
    @CheckForNull
    public String getSizeText() {
        return summary.getSize() == 0 ? null : Figures.size(summary.getSize());
    }

    /** The change of the size since the last build that has an image of the same series; null when there is none. */
    @CheckForNull
    public String getSizeChange() {
        ImageSummary before = ImageHistory.before(getRun(), summary);
        return before == null || !summary.isSuccess() ? null : Figures.change(before.getSize(), summary.getSize());
    }

    /** Such as {@code 3 new, 2 from cache, 1 from base}; null without layers. */
    @CheckForNull
    public String getLayersText() {
        if (getRecord() == null || getRecord().layers().isEmpty()) {
            return null;
        }
        List<Layer> layers = getRecord().layers();
        long base = layers.stream().filter(Layer::base).count();
        long cached = layers.stream().filter(layer -> layer.cached() && !layer.base()).count();
        return Messages.ImagePage_layers(layers.size() - base - cached, cached, base);
    }

    /** Such as {@code 3 of 7 steps from cache}; null without steps. */
    @CheckForNull
    public String getStepsText() {
        return summary.getSteps() == 0
                ? null
                : Messages.ImagePage_steps(summary.getCachedSteps(), summary.getSteps());
    }

    /** For digests that have no other short form, such as those of base images. */
    @CheckForNull
    public String shortOf(@CheckForNull String digest) {
        return Figures.shortDigest(digest);
    }

    /** Where to it was pushed, in one sentence; null when it was not. */
    @CheckForNull
    public String getPushedText() {
        if (getRecord() == null || getRecord().pushed().isEmpty()) {
            return null;
        }
        return Messages.ImagePage_pushedTo(getRecord().pushed().stream()
                .map(pushed -> ImageReference.parse(pushed.reference()).host())
                .distinct()
                .collect(Collectors.joining(", ")));
    }

    /** The first base without its registry, and how many more there are; null without a base. */
    @CheckForNull
    public String getBaseText() {
        if (getBaseImages().isEmpty()) {
            return null;
        }
        String reference = getBaseImages().get(0).reference();
        return Messages.ImagePage_from(
                reference.substring(reference.indexOf('/') + 1), getBaseImages().size() - 1);
    }

    @NonNull
    public List<BaseImage> getBaseImages() {
        return getRecord() == null ? List.of() : getRecord().baseImages();
    }

    @NonNull
    public List<StepBar> getSteps() {
        return getRecord() == null ? List.of() : StepBar.of(getRecord().steps(), summary.getLine());
    }

    @NonNull
    public List<LayerRow> getOwnLayers() {
        return getRecord() == null ? List.of() : LayerRow.of(getRecord().layers(), false);
    }

    @NonNull
    public List<LayerRow> getInheritedLayers() {
        return getRecord() == null ? List.of() : LayerRow.of(getRecord().layers(), true);
    }

    /** Number and size of what the image itself adds to its base. */
    @NonNull
    public String getOwnTitle() {
        return Messages.ImagePage_ownLayers(getOwnLayers().size(), sizeOf(false));
    }

    /** Number and size of what came with the base. */
    @NonNull
    public String getInheritedTitle() {
        return Messages.ImagePage_inheritedLayers(getInheritedLayers().size(), sizeOf(true));
    }

    private String sizeOf(boolean base) {
        return Figures.size(getRecord() == null
                ? 0
                : getRecord().layers().stream()
                        .filter(layer -> layer.base() == base)
                        .mapToLong(Layer::size)
                        .sum());
    }

    @CheckForNull
    public Failure getFailure() {
        return getRecord() == null ? null : getRecord().error();
    }

    /** The last lines that the failed command printed; null for none. */
    @CheckForNull
    public String getOutput() {
        return getFailure() == null || getFailure().output().isEmpty()
                ? null
                : String.join("\n", getFailure().output());
    }

    /** The instruction that failed; null when it is not known. */
    @CheckForNull
    public String getFailedInstruction() {
        return getSteps().stream()
                .filter(StepBar::isFailed)
                .map(StepBar::getText)
                .findFirst()
                .orElse(null);
    }

    /** Every name under which this run pushed the image, whichever step did it. */
    @NonNull
    public List<PushRow> getPushes() {
        List<PushRow> pushes = new ArrayList<>();
        if (summary.getDigest() == null) {
            return pushes;
        }
        for (ImagePage page : action.getPages()) {
            if (summary.getDigest().equals(page.summary.getDigest()) && page.getRecord() != null) {
                page.getRecord().pushed().forEach(pushed -> pushes.add(new PushRow(page, pushed)));
            }
        }
        return pushes;
    }

    /** How much a registry did not have yet; null when nothing was pushed. */
    @CheckForNull
    public String getUploadedText() {
        return getRecord() == null || getRecord().pushed().isEmpty()
                ? null
                : Figures.size(getRecord().totals().uploadedBytes());
    }

    /** Other builds that made, used or pushed this image, as far as the reader may see them. */
    @NonNull
    public List<Run<?, ?>> getRelatedBuilds() {
        if (summary.getDigest() == null) {
            return List.of();
        }
        try {
            Fingerprint fingerprint = ImageFingerprints.of(summary.getDigest());
            return fingerprint == null ? List.of() : RelatedBuilds.of(fingerprint, getRun());
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Cannot read the fingerprint of " + summary.getDigest());
            return List.of();
        }
    }

    public boolean isBuild() {
        return summary.getKind() == Kind.BUILD;
    }

    public boolean isCancelled() {
        return summary.getResult() == Outcome.CANCELLED;
    }

    /** A name in a registry and what put it there. */
    @Restricted(NoExternalUse.class)
    public static final class PushRow {
        private final ImagePage by;
        private final Reference pushed;

        PushRow(ImagePage by, Reference pushed) {
            this.by = by;
            this.pushed = pushed;
        }

        @NonNull
        public String getName() {
            return pushed.reference();
        }

        @NonNull
        public String getPinned() {
            return pushed.pinned();
        }

        @NonNull
        public String getShortDigest() {
            return Figures.shortDigest(pushed.digest());
        }

        @NonNull
        public ImagePage getBy() {
            return by;
        }
    }
}
