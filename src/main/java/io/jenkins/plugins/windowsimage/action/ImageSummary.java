package io.jenkins.plugins.windowsimage.action;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Kind;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Outcome;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;

/**
 * The few facts of one image that lists, trends and environment variables need; what {@code build.xml} keeps, so that
 * they need no other file. Immutable. The fields are the stored form: they are added, never renamed. It is no record,
 * because the XML form of builds cannot read records.
 */
public final class ImageSummary {
    /** Longest error sentence that is kept, in characters. */
    private static final int MAXIMUM_ERROR = 500;

    private final String buildId;
    private final Kind kind;
    private final Outcome result;
    private final long startMillis;
    private final long durationMillis;
    private final String stage;
    private final String agent;
    private final String name;
    /** Separated by blanks, which no name has; null when there are none, and in builds of the first version. */
    private final String tags;
    private final String reference;
    private final String digest;
    private final String imageId;
    private final String osVersion;
    private final int pushed;
    private final int layers;
    private final long size;
    private final int steps;
    private final int cachedSteps;
    private final String error;
    private final int line;

    ImageSummary(WindowsImageRecord record) {
        buildId = record.buildId();
        kind = record.kind();
        result = record.result();
        startMillis = record.startMillis();
        durationMillis = record.totals().durationMillis();
        stage = record.stage();
        agent = record.agent();
        name = name(record);
        tags = Util.fixEmpty(String.join(" ", record.tags()));
        reference = reference(record);
        digest = record.digest();
        imageId = record.configDigest();
        osVersion = record.osVersion();
        pushed = record.pushed().size();
        layers = record.totals().layers();
        size = record.totals().size();
        steps = record.totals().steps();
        cachedSteps = record.totals().cachedSteps();
        error = record.error() == null ? null : PlainText.clean(record.error().message(), MAXIMUM_ERROR);
        line = record.error() == null || record.error().line() == null ? 0 : record.error().line();
    }

    private static String name(WindowsImageRecord record) {
        if (!record.tags().isEmpty()) {
            return ImageReference.parse(record.tags().get(0)).familiar();
        }
        if (!record.pushed().isEmpty()) {
            return ImageReference.parse(record.pushed().get(0).reference()).familiar();
        }
        return null;
    }

    private static String reference(WindowsImageRecord record) {
        if (!record.pushed().isEmpty()) {
            return record.pushed().get(0).pinned();
        }
        if (record.tags().isEmpty() || record.digest() == null) {
            return null;
        }
        return ImageReference.parse(record.tags().get(0))
                .withDigest(Digest.parse(record.digest()))
                .toString();
    }

    @NonNull
    public String getBuildId() {
        return buildId;
    }

    @NonNull
    public Kind getKind() {
        return kind;
    }

    @NonNull
    public Outcome getResult() {
        return result;
    }

    public boolean isSuccess() {
        return result == Outcome.SUCCESS;
    }

    /** In milliseconds since 1970. */
    public long getStartMillis() {
        return startMillis;
    }

    public long getDurationMillis() {
        return durationMillis;
    }

    @CheckForNull
    public String getStage() {
        return stage;
    }

    /** Name of the node; empty for the built-in node. */
    @NonNull
    public String getAgent() {
        return agent;
    }

    /** The first name in its short form, such as {@code app:1}; null for an image without a name. */
    @CheckForNull
    public String getName() {
        return name;
    }

    /** The names in full, separated by blanks; null for an image without a name. */
    @CheckForNull
    public String getTags() {
        return tags;
    }

    /** {@code name@sha256:...}; null without an image or a name. */
    @CheckForNull
    public String getReference() {
        return reference;
    }

    /** Digest of the manifest; null when there is no image. */
    @CheckForNull
    public String getDigest() {
        return digest;
    }

    /** Digest of the config; null when there is no image, or for an index. */
    @CheckForNull
    public String getImageId() {
        return imageId;
    }

    @CheckForNull
    public String getOsVersion() {
        return osVersion;
    }

    /** How many names were pushed. */
    public int getPushed() {
        return pushed;
    }

    public int getLayers() {
        return layers;
    }

    /** Of all layers, compressed, in bytes. */
    public long getSize() {
        return size;
    }

    public int getSteps() {
        return steps;
    }

    public int getCachedSteps() {
        return cachedSteps;
    }

    /** One sentence; null unless it failed. */
    @CheckForNull
    public String getError() {
        return error;
    }

    /** The line in the Dockerfile that failed; 0 for none. */
    public int getLine() {
        return line;
    }

    /**
     * What this image has in common with the images of other builds that can be compared with it: repository,
     * pipeline stage and the Windows release (without the revision that changes every month).
     */
    String series() {
        return repository() + "\n" + (stage == null ? "" : stage) + "\n" + WindowsRelease.build(osVersion);
    }

    private String repository() {
        return name == null ? "" : ImageReference.parse(name).name();
    }
}
