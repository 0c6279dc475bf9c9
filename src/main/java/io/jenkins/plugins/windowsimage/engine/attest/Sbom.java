package io.jenkins.plugins.windowsimage.engine.attest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A software bill of materials in the form of CycloneDX 1.6 (ECMA-424). It depends on its input alone, so that the same image
 * has the same one.
 */
public final class Sbom {
    private Sbom() {}

    /**
     * Writes the bill of an image.
     *
     * @param image what the bill is about
     * @param software what is in it
     * @param created when the image was made
     */
    public static byte[] write(Component image, SoftwareList software, Instant created) {
        List<Entry> components = new ArrayList<>();
        List<String> references = new ArrayList<>();
        for (SoftwareList.Found found : software.components()) {
            components.add(Entry.of(found.component(), found.places()));
            references.add(found.component().id());
        }
        List<Property> notes = new ArrayList<>();
        if (software.omittedFiles() > 0) {
            notes.add(new Property("windows-image:omittedFiles", Long.toString(software.omittedFiles())));
        }
        software.unreadable().forEach(path -> notes.add(new Property("windows-image:unreadable", path)));
        UUID serial = UUID.nameUUIDFromBytes(("sbom of " + image.id()).getBytes(StandardCharsets.UTF_8));
        return ImageJson.write(new Document(
                "http://cyclonedx.org/schema/bom-1.6.schema.json",
                "CycloneDX",
                "1.6",
                "urn:uuid:" + serial,
                1,
                new Metadata(
                        created.toString(),
                        new Tools(List.of(new Entry("application", null, Product.NAME, Product.version(), null, null, null, null, null))),
                        Entry.of(image, List.of()),
                        notes.isEmpty() ? null : notes),
                components,
                List.of(new Dependency(image.id(), references))));
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Document(
            @JsonProperty("$schema") String schema,
            @JsonProperty("bomFormat") String bomFormat,
            @JsonProperty("specVersion") String specVersion,
            @JsonProperty("serialNumber") String serialNumber,
            @JsonProperty("version") int version,
            @JsonProperty("metadata") Metadata metadata,
            @JsonProperty("components") List<Entry> components,
            @JsonProperty("dependencies") List<Dependency> dependencies) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Metadata(
            @JsonProperty("timestamp") String timestamp,
            @JsonProperty("tools") Tools tools,
            @JsonProperty("component") Entry component,
            @JsonProperty("properties") List<Property> properties) {}

    private record Tools(@JsonProperty("components") List<Entry> components) {}

    /** A component as the format writes it. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Entry(
            @JsonProperty("type") String type,
            @JsonProperty("bom-ref") String reference,
            @JsonProperty("name") String name,
            @JsonProperty("version") String version,
            @JsonProperty("publisher") String publisher,
            @JsonProperty("purl") String purl,
            @JsonProperty("hashes") List<Hash> hashes,
            @JsonProperty("evidence") Evidence evidence,
            @JsonProperty("properties") List<Property> properties) {

        static Entry of(Component component, List<String> places) {
            List<Property> properties = new ArrayList<>();
            new TreeMap<>(component.properties()).forEach((name, value) -> properties.add(new Property(name, value)));
            return new Entry(
                    component.type().name().toLowerCase(Locale.ROOT),
                    component.id(),
                    component.name(),
                    component.version(),
                    component.publisher(),
                    component.purl(),
                    component.sha256() == null ? null : List.of(new Hash("SHA-256", component.sha256())),
                    places.isEmpty() ? null : new Evidence(places.stream().map(Occurrence::new).toList()),
                    properties.isEmpty() ? null : properties);
        }
    }

    private record Hash(@JsonProperty("alg") String algorithm, @JsonProperty("content") String content) {}

    private record Evidence(@JsonProperty("occurrences") List<Occurrence> occurrences) {}

    private record Occurrence(@JsonProperty("location") String location) {}

    private record Property(@JsonProperty("name") String name, @JsonProperty("value") String value) {}

    private record Dependency(@JsonProperty("ref") String reference, @JsonProperty("dependsOn") List<String> dependsOn) {}
}
