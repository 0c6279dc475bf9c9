package io.jenkins.plugins.windowsimage.engine.attest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How an image was made, in the form of an in-toto statement, version 1, with a SLSA provenance predicate, version 1.
 *
 * @param subjects names of the image; one at least
 * @param digest of its manifest
 * @param dockerfile name of the Dockerfile, without the directories of this machine
 * @param dockerfileDigest of its content
 * @param target stage that was asked for; null for the last
 * @param platform of the image
 * @param buildArguments as the user gave them; what may be a secret is left out here
 * @param bases images that the build used
 * @param buildId null when the statement must not differ from that of another build
 * @param started RFC 3339
 * @param finished RFC 3339
 */
public record Provenance(
        List<String> subjects,
        Digest digest,
        String dockerfile,
        Digest dockerfileDigest,
        String target,
        String platform,
        Map<String, String> buildArguments,
        List<Dependency> bases,
        String buildId,
        String started,
        String finished) {

    private static final String STATEMENT = "https://in-toto.io/Statement/v1";
    /** docs/attestations.md describes the parameters of this type of build. */
    static final String BUILD_TYPE = Product.ADDRESS + "/blob/main/docs/attestations.md#build-type-v1";

    private static final Pattern SECRET_NAME = Pattern.compile(
            "pass|pwd|secret|token|credential|auth(?!or)|private|api.?key|access.?key|account.?key|signing|(^|[_.-])(pat|key|sas|pw|pin|cert|pfx)([_.-]|$)"
                    + "|connection.?string|(?-i:[a-z]Key(?![a-z]))",
            Pattern.CASE_INSENSITIVE);
    /** User and password in a URL, keys in connection strings, tokens of well-known shapes, PEM files. */
    private static final Pattern SECRET_VALUE = Pattern.compile(
            "://[^/\\s@]+@|(password|pwd|accountkey|sharedaccesskey|sig|token)\\s*=|-----BEGIN |\\bgh[pousr]_[A-Za-z0-9]{20}"
                    + "|\\bgithub_pat_|\\bglpat-|\\bxox[abprs]-|\\bAKIA[A-Z0-9]{16}|\\beyJ[A-Za-z0-9_-]{10,}\\.",
            Pattern.CASE_INSENSITIVE);

    public Provenance {
        subjects = List.copyOf(subjects);
        buildArguments = new LinkedHashMap<>(buildArguments);
        bases = List.copyOf(bases);
    }

    /**
     * An image that the build used.
     *
     * @param uri package URL, or another URI for what is in no registry
     * @param name as the Dockerfile has it
     */
    public record Dependency(String uri, String name, Digest digest) {}

    /** The statement as JSON. */
    public byte[] write() {
        SortedMap<String, String> shown = new TreeMap<>();
        List<String> hidden = new ArrayList<>();
        buildArguments.forEach((name, value) -> {
            if (SECRET_NAME.matcher(name).find() || SECRET_VALUE.matcher(value).find()) {
                hidden.add(name);
            } else {
                shown.put(name, value);
            }
        });
        hidden.sort(null);
        return ImageJson.write(new Statement(
                STATEMENT,
                subjects.stream().map(name -> new Resource(name, null, sha256(digest))).toList(),
                AttestationType.PROVENANCE.predicateType(),
                new Predicate(
                        new BuildDefinition(
                                BUILD_TYPE,
                                new Parameters(
                                        new Resource(dockerfile, null, sha256(dockerfileDigest)),
                                        target,
                                        platform,
                                        shown,
                                        hidden.isEmpty() ? null : hidden),
                                bases.stream()
                                        .map(base -> new Resource(base.name(), base.uri(), sha256(base.digest())))
                                        .toList()),
                        new RunDetails(
                                new Builder(Product.ADDRESS, Map.of(Product.NAME, Product.version())),
                                new Metadata(buildId, started, finished)))));
    }

    private static Map<String, String> sha256(Digest digest) {
        return Map.of("sha256", digest.hex());
    }

    private record Statement(
            @JsonProperty("_type") String type,
            @JsonProperty("subject") List<Resource> subject,
            @JsonProperty("predicateType") String predicateType,
            @JsonProperty("predicate") Predicate predicate) {}

    /** A ResourceDescriptor of in-toto. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Resource(
            @JsonProperty("name") String name,
            @JsonProperty("uri") String uri,
            @JsonProperty("digest") Map<String, String> digest) {}

    private record Predicate(
            @JsonProperty("buildDefinition") BuildDefinition buildDefinition,
            @JsonProperty("runDetails") RunDetails runDetails) {}

    private record BuildDefinition(
            @JsonProperty("buildType") String buildType,
            @JsonProperty("externalParameters") Parameters externalParameters,
            @JsonProperty("resolvedDependencies") List<Resource> resolvedDependencies) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Parameters(
            @JsonProperty("dockerfile") Resource dockerfile,
            @JsonProperty("target") String target,
            @JsonProperty("platform") String platform,
            @JsonProperty("buildArgs") Map<String, String> buildArgs,
            @JsonProperty("hiddenBuildArgs") List<String> hiddenBuildArgs) {}

    private record RunDetails(
            @JsonProperty("builder") Builder builder, @JsonProperty("metadata") Metadata metadata) {}

    private record Builder(
            @JsonProperty("id") String id, @JsonProperty("version") Map<String, String> version) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Metadata(
            @JsonProperty("invocationId") String invocationId,
            @JsonProperty("startedOn") String startedOn,
            @JsonProperty("finishedOn") String finishedOn) {}
}
