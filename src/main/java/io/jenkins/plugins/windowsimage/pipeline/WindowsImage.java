package io.jenkins.plugins.windowsimage.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.BaseImage;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Reference;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/**
 * An image as a pipeline script sees it: what {@code windowsImageBuild} and its companions return. Immutable; stored with running
 * builds, so fields are never renamed.
 */
public final class WindowsImage implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String buildId;
    private final String imageId;
    private final String digest;
    private final ArrayList<String> tags;
    private final ArrayList<String> references;
    private final long size;
    private final int layerCount;
    private final int cachedSteps;
    private final int totalSteps;
    private final String osVersion;
    private final String architecture;
    private final String baseImage;
    private final String baseDigest;
    private final long durationMillis;

    WindowsImage(WindowsImageRecord record) {
        buildId = record.buildId();
        imageId = record.configDigest();
        digest = record.digest();
        tags = new ArrayList<>(record.tags());
        references = new ArrayList<>(record.pushed().stream().map(Reference::pinned).distinct().toList());
        size = record.totals().size();
        layerCount = record.totals().layers();
        cachedSteps = record.totals().cachedSteps();
        totalSteps = record.totals().steps();
        osVersion = record.osVersion();
        architecture = record.platform() == null ? null : record.platform().replaceFirst("^[^/]*/", "");
        BaseImage base = record.base();
        baseImage = base == null ? null : base.reference();
        baseDigest = base == null ? null : base.digest();
        durationMillis = record.totals().durationMillis();
    }

    /** 12 hexadecimal digits, different for every build. */
    @Whitelisted
    @NonNull
    public String getBuildId() {
        return buildId;
    }

    /** Digest of the image's config, which docker calls the image id; null for an index. */
    @Whitelisted
    @CheckForNull
    public String getImageId() {
        return imageId;
    }

    /** Digest of the manifest, {@code sha256:...}: what a deployment should name. */
    @Whitelisted
    @NonNull
    public String getDigest() {
        return digest;
    }

    /** The names it was given, in full. */
    @Whitelisted
    @NonNull
    public List<String> getTags() {
        return Collections.unmodifiableList(tags);
    }

    /** {@code name@sha256:...} in the first registry it was pushed to; null when it was not pushed. */
    @Whitelisted
    @CheckForNull
    public String getReference() {
        return references.isEmpty() ? null : references.get(0);
    }

    /** {@code name@sha256:...} for each repository it was pushed to. */
    @Whitelisted
    @NonNull
    public List<String> getReferences() {
        return Collections.unmodifiableList(references);
    }

    /** Bytes of all layers, compressed. */
    @Whitelisted
    public long getSize() {
        return size;
    }

    @Whitelisted
    public int getLayerCount() {
        return layerCount;
    }

    /** How many instructions were taken from the cache. */
    @Whitelisted
    public int getCachedSteps() {
        return cachedSteps;
    }

    /** How many instructions there were. */
    @Whitelisted
    public int getTotalSteps() {
        return totalSteps;
    }

    /** Such as {@code 10.0.20348.2227}; null when not known. */
    @Whitelisted
    @CheckForNull
    public String getOsVersion() {
        return osVersion;
    }

    /** Such as {@code amd64}; null when not known. */
    @Whitelisted
    @CheckForNull
    public String getArchitecture() {
        return architecture;
    }

    /** The base as the Dockerfile names it; null when there is none. */
    @Whitelisted
    @CheckForNull
    public String getBaseImage() {
        return baseImage;
    }

    /** Digest of the base's manifest; null when there is none. */
    @Whitelisted
    @CheckForNull
    public String getBaseDigest() {
        return baseDigest;
    }

    @Whitelisted
    public long getDurationMillis() {
        return durationMillis;
    }

    /** The pinned reference if it was pushed, else the digest. */
    @Override
    @Whitelisted
    public String toString() {
        String reference = getReference();
        return reference == null ? digest : reference;
    }
}
