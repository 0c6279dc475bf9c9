package io.jenkins.plugins.windowsimage.engine.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jenkins.plugins.windowsimage.engine.attest.AttestationType;
import io.jenkins.plugins.windowsimage.engine.build.Attestations;
import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.build.FoundImage;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.registry.RegistryException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code windows-image inspect}. */
@Command(name = "inspect", description = "Show an image of the store or of a registry as JSON.", sortOptions = false)
final class InspectCommand implements Callable<Integer> {
    @Mixin
    private EngineOptions options;

    @Option(names = "--raw", description = "Print the manifest or index byte for byte.")
    private boolean raw;

    @Option(names = "--sbom", description = "Print the attached list of the software in the image.")
    private boolean sbom;

    @Option(names = "--provenance", description = "Print the attached statement of how the image was made.")
    private boolean provenance;

    @Option(names = "--registry", description = "Ask the registry, also when the store knows the name.")
    private boolean registry;

    @Parameters(paramLabel = "IMAGE", description = "Name, build id or digest in the store, or a name in a registry.")
    private String image;

    @Override
    public Integer call() throws IOException {
        try (Engine engine = options.open()) {
            FoundImage found = registry ? FoundImage.inRegistry(engine, image) : FoundImage.find(engine, image);
            if (raw) {
                return print(found.root().bytes());
            }
            Attestations attestations = new Attestations(engine, found);
            if (sbom || provenance) {
                return print(attestations.content(sbom ? AttestationType.SBOM : AttestationType.PROVENANCE));
            }
            List<ImageView> images = new ArrayList<>();
            for (FoundImage.Image each : found.images()) {
                images.add(view(each, attached(attestations, each.descriptor().digest())));
            }
            options.common().out().println(OutputFormat.pretty(new Inspection(
                    found.name() == null ? null : found.name().toString(),
                    found.root().digest(),
                    found.root().mediaType(),
                    images)));
        }
        return 0;
    }

    private int print(byte[] content) throws IOException {
        options.common().out().write(content);
        options.common().out().flush();
        return 0;
    }

    /** What a registry that cannot list referrers says of them is not worth failing for. */
    private List<AttestationView> attached(Attestations attestations, Digest image) throws IOException {
        try {
            return attestations.of(image).stream().map(InspectCommand::view).toList();
        } catch (RegistryException e) {
            options.common().err().println("WARNING: what is attached to the image is not known: " + e.getMessage());
            return null;
        }
    }

    private static AttestationView view(Descriptor referrer) {
        return new AttestationView(
                AttestationType.of(referrer).map(type -> type.name().toLowerCase(Locale.ROOT)).orElse(null),
                referrer.artifactType(),
                referrer.digest(),
                referrer.size(),
                referrer.annotations() == null ? null : new TreeMap<>(referrer.annotations()));
    }

    private static ImageView view(FoundImage.Image image, List<AttestationView> attestations) {
        return new ImageView(
                image.descriptor().digest(),
                image.manifest().config().digest(),
                image.config().platform().toString(),
                image.manifest().layers().stream().mapToLong(Descriptor::size).sum(),
                image.manifest().layers(),
                image.config(),
                attestations);
    }

    /** What is printed; an index has several images. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Inspection(String name, Digest digest, String mediaType, List<ImageView> images) {}

    /**
     * One image of the output.
     *
     * @param attestations what refers to it; null if that cannot be told
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ImageView(
            Digest digest,
            Digest configDigest,
            String platform,
            long size,
            List<Descriptor> layers,
            ImageConfig config,
            List<AttestationView> attestations) {}

    /**
     * What refers to an image.
     *
     * @param type {@code sbom} or {@code provenance}; null for what is neither
     * @param digest of the manifest that carries it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record AttestationView(
            String type, String artifactType, Digest digest, long size, Map<String, String> annotations) {}
}
