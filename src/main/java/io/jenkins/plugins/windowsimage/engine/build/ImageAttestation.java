package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.attest.Attestation;
import io.jenkins.plugins.windowsimage.engine.attest.AttestationType;
import io.jenkins.plugins.windowsimage.engine.attest.Component;
import io.jenkins.plugins.windowsimage.engine.attest.PackageFinder;
import io.jenkins.plugins.windowsimage.engine.attest.PackageUrl;
import io.jenkins.plugins.windowsimage.engine.attest.Provenance;
import io.jenkins.plugins.windowsimage.engine.attest.Sbom;
import io.jenkins.plugins.windowsimage.engine.attest.SoftwareHives;
import io.jenkins.plugins.windowsimage.engine.attest.SoftwareList;
import io.jenkins.plugins.windowsimage.engine.files.FileNode;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.layer.LayerTree;
import io.jenkins.plugins.windowsimage.engine.store.ImageLocation;
import io.jenkins.plugins.windowsimage.engine.store.StoredReferrers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;

/** States what is in a finished image and how it was made, as far as the user wants it stated. */
final class ImageAttestation {
    private static final Comparator<Provenance.Dependency> BY_NAME =
            Comparator.comparing(Provenance.Dependency::name).thenComparing(Provenance.Dependency::digest);

    private final Engine engine;
    private final BuildOptions options;
    private final Cancellation cancellation;
    private final Instant started;
    private final Instant finished;

    /**
     * @param started when the build began
     * @param finished when the image was made
     */
    ImageAttestation(
            Engine engine, BuildOptions options, Cancellation cancellation, Instant started, Instant finished) {
        this.engine = engine;
        this.options = options;
        this.cancellation = cancellation;
        this.started = started;
        this.finished = finished;
    }

    /**
     * Writes the list of the software in an image. The layers of the base image are fetched for it.
     *
     * @param workers decompress ahead
     * @param directory existing directory for temporary files
     */
    void sbom(BuiltImage image, LayerTrees trees, ExecutorService workers, Path directory) throws IOException {
        SoftwareList software = new SoftwareList();
        LayerTree tree = trees.of(image.files());
        Set<Digest> added = image.files().added().stream()
                .map(layer -> layer.descriptor().digest())
                .collect(Collectors.toSet());
        new PackageFinder(cancellation).find(tree, file -> added.contains(layer(tree, file)), software);
        new SoftwareHives(engine.store(), workers, cancellation).find(image.files().layers(), directory, software);
        BaseImage base = image.files().base();
        if (base != null) {
            software.add(Component.image(publicName(base.name()), reference(base.name()), base.raw().digest()));
        }
        ImageReference name = options.tags().isEmpty() ? null : options.tags().get(0);
        Component subject = Component.image(subjects().get(0), name, image.raw().digest());
        // The time that the image states itself: the same image has the same list, whenever it is made again.
        Instant created = Instant.parse(
                new StoredManifests(engine.store()).config(image.raw().manifest()).created());
        attach(image, AttestationType.SBOM, Sbom.write(subject, software, created), created);
    }

    private static Digest layer(LayerTree tree, FileNode file) {
        try {
            LayerBlob layer = tree.layer(file);
            return layer.descriptor().digest();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes how an image was made.
     *
     * @param bases images that the build used
     */
    void provenance(BuiltImage image, BuildContext.Opened context, List<BuildResult.BaseImage> bases) throws IOException {
        boolean fixed = options.timestamp() != null;
        byte[] statement = new Provenance(
                        subjects(),
                        image.raw().digest(),
                        lastPart(context.dockerfileName()),
                        Digest.of(context.dockerfile()),
                        options.target(),
                        options.platform().toString(),
                        options.buildArgs(),
                        bases.stream().map(ImageAttestation::dependency).sorted(BY_NAME).toList(),
                        fixed ? null : image.buildId(),
                        (fixed ? finished : started).toString(),
                        finished.toString())
                .write();
        attach(image, AttestationType.PROVENANCE, statement, finished);
    }

    private static Provenance.Dependency dependency(BuildResult.BaseImage base) {
        ImageReference reference = reference(base.reference());
        String uri = reference == null ? "urn:" + base.digest() : PackageUrl.oci(reference, base.digest());
        return new Provenance.Dependency(uri, publicName(base.reference()), base.digest());
    }

    /** The name of a base image in a registry; null for one that comes from elsewhere. */
    private static ImageReference reference(String name) {
        return name.startsWith(ImageLocation.PREFIX) ? null : ImageReference.parse(name);
    }

    /** What an image is called, without the directories of this machine. */
    private static String publicName(String name) {
        return name.startsWith(ImageLocation.PREFIX) ? ImageLocation.PREFIX + lastPart(name) : name;
    }

    private static String lastPart(String path) {
        return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    }

    /** Names of the image; one that has none still has to be called something. */
    private List<String> subjects() {
        return options.tags().isEmpty() ? List.of("image") : options.tags().stream().map(ImageReference::toString).toList();
    }

    private void attach(BuiltImage image, AttestationType type, byte[] content, Instant created) throws IOException {
        new StoredReferrers(engine.root())
                .put(image.raw().digest(), new Attestation(type, content).write(engine.store(), image.raw().descriptor(), created));
    }
}
