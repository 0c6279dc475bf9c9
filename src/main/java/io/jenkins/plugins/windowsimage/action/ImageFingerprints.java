package io.jenkins.plugins.windowsimage.action;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.model.Fingerprint;
import hudson.model.FingerprintMap;
import hudson.model.Run;
import hudson.tasks.Fingerprinter.FingerprintAction;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.BaseImage;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Kind;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;

/**
 * Connects, through Jenkins fingerprints, the build that made a manifest digest with the builds that start from it,
 * push it or put it into an index. The fingerprint of an image is the MD5 hash of the text of its manifest digest
 * ({@code sha256:...} in UTF-8), so that no image can claim the fingerprint of some other file. Who made a digest
 * first counts as its maker.
 */
final class ImageFingerprints {
    /** Base images of one build that are looked at; a real build has a handful. */
    private static final int MAXIMUM_BASES = 50;

    private ImageFingerprints() {}

    /** Does not save the run. */
    static void record(@NonNull Run<?, ?> run, @NonNull WindowsImageRecord record) throws IOException {
        Map<String, String> names = new LinkedHashMap<>();
        List<BaseImage> bases = record.baseImages();
        for (BaseImage base : bases.subList(0, Math.min(MAXIMUM_BASES, bases.size()))) {
            if (base.digest() != null) {
                add(names, null, run, pinned(base.reference(), base.digest()), base.digest());
            }
        }
        if (record.digest() != null) {
            boolean made = record.kind() == Kind.BUILD || record.kind() == Kind.INDEX;
            String name = new ImageSummary(record).getReference();
            add(names, made ? run : null, run, name == null ? record.digest() : name, record.digest());
        }
        if (names.isEmpty()) {
            return;
        }
        FingerprintAction action = run.getAction(FingerprintAction.class);
        if (action == null) {
            run.addAction(new FingerprintAction(run, names));
        } else {
            action.add(names);
        }
    }

    private static void add(Map<String, String> names, Run<?, ?> maker, Run<?, ?> run, String name, String digest)
            throws IOException {
        FingerprintMap map = Jenkins.get().getFingerprintMap();
        map.getOrCreate(maker, name, hash(digest)).addFor(run);
        names.put(name, hash(digest));
    }

    /** The fingerprint of a manifest digest; null when no build here made or used it. */
    @CheckForNull
    static Fingerprint of(@NonNull String digest) throws IOException {
        return Jenkins.get().getFingerprintMap().get(hash(digest));
    }

    private static String hash(String digest) {
        return Util.getDigestOf(digest);
    }

    private static String pinned(String reference, String digest) {
        try {
            return ImageReference.parse(reference).withDigest(Digest.parse(digest)).toString();
        } catch (IllegalArgumentException e) {
            // A base may be named in other ways, such as a directory.
            return reference + "@" + digest;
        }
    }
}
