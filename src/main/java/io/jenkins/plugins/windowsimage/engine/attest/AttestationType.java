package io.jenkins.plugins.windowsimage.engine.attest;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import java.util.Optional;

/** The kinds of statements about an image. */
public enum AttestationType {
    /** Software bill of materials, CycloneDX 1.6 JSON. */
    SBOM("application/vnd.cyclonedx+json", null),
    /** How the image was made: an in-toto statement with a SLSA provenance predicate. */
    PROVENANCE("application/vnd.in-toto+json", "https://slsa.dev/provenance/v1");

    /** Annotation that tells statements of the same media type apart (in-toto attestation framework). */
    static final String PREDICATE_TYPE = "in-toto.io/predicate-type";

    private final String mediaType;
    private final String predicateType;

    AttestationType(String mediaType, String predicateType) {
        this.mediaType = mediaType;
        this.predicateType = predicateType;
    }

    /** Media type of the statement, and artifact type of the manifest that carries it. */
    public String mediaType() {
        return mediaType;
    }

    /** The predicate of an in-toto statement; null for what is none. */
    public String predicateType() {
        return predicateType;
    }

    /** What a referrer of an image is; empty for statements of others, such as signatures. */
    public static Optional<AttestationType> of(Descriptor referrer) {
        for (AttestationType type : values()) {
            String predicate = referrer.annotations() == null ? null : referrer.annotations().get(PREDICATE_TYPE);
            if (type.mediaType.equals(referrer.artifactType())
                    && (type.predicateType == null || type.predicateType.equals(predicate))) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
