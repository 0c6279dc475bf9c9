package io.jenkins.plugins.windowsimage.engine.attest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.Test;

/** The form that in-toto and SLSA ask for, and that nothing secret is in it. */
public class ProvenanceTest {
    private static final Digest IMAGE = Digest.of("image");
    private static final Digest BASE = Digest.of("base");

    private static Provenance provenance(Map<String, String> buildArguments) {
        return new Provenance(
                List.of("example.org/app:1"),
                IMAGE,
                "Dockerfile",
                Digest.of("FROM base"),
                "site",
                "windows/amd64",
                buildArguments,
                List.of(new Provenance.Dependency(
                        PackageUrl.oci(ImageReference.parse("mcr.microsoft.com/windows/nanoserver:ltsc2022"), BASE),
                        "mcr.microsoft.com/windows/nanoserver:ltsc2022",
                        BASE)),
                "0123456789ab",
                "2026-01-01T00:00:00Z",
                "2026-01-01T00:01:00Z");
    }

    @Test
    public void it_has_every_field_that_the_specifications_require() throws Exception {
        JsonNode statement = new ObjectMapper().readTree(provenance(Map.of("VERSION", "2")).write());
        assertEquals("https://in-toto.io/Statement/v1", statement.at("/_type").asText());
        assertEquals("https://slsa.dev/provenance/v1", statement.at("/predicateType").asText());
        assertEquals(IMAGE.hex(), statement.at("/subject/0/digest/sha256").asText());
        assertEquals("example.org/app:1", statement.at("/subject/0/name").asText());
        JsonNode definition = statement.at("/predicate/buildDefinition");
        assertTrue(definition.at("/buildType").asText().startsWith("https://"));
        assertEquals("Dockerfile", definition.at("/externalParameters/dockerfile/name").asText());
        assertEquals(Digest.of("FROM base").hex(), definition.at("/externalParameters/dockerfile/digest/sha256").asText());
        assertEquals("site", definition.at("/externalParameters/target").asText());
        assertEquals("windows/amd64", definition.at("/externalParameters/platform").asText());
        assertEquals("2", definition.at("/externalParameters/buildArgs/VERSION").asText());
        assertEquals(BASE.hex(), definition.at("/resolvedDependencies/0/digest/sha256").asText());
        assertEquals(
                "pkg:oci/nanoserver@sha256%3A" + BASE.hex()
                        + "?repository_url=mcr.microsoft.com%2Fwindows%2Fnanoserver&tag=ltsc2022",
                definition.at("/resolvedDependencies/0/uri").asText());
        JsonNode details = statement.at("/predicate/runDetails");
        assertTrue(details.at("/builder/id").asText().startsWith("https://"));
        assertEquals("0123456789ab", details.at("/metadata/invocationId").asText());
        assertEquals("2026-01-01T00:00:00Z", details.at("/metadata/startedOn").asText());
        assertEquals("2026-01-01T00:01:00Z", details.at("/metadata/finishedOn").asText());
    }

    @Test
    public void arguments_that_look_like_secrets_are_named_and_not_shown() {
        for (String name : List.of("NUGET_TOKEN", "password", "DB_PASSWD", "ApiKey", "API_KEY", "GITHUB_PAT", "AZURE_SAS",
                "clientSecret", "CONNECTION_STRING", "AWS_ACCESS_KEY_ID", "npm_auth", "SIGNING_PFX", "licenseKey", "STORAGE_KEY")) {
            assertHidden(name, "hunter2-value");
        }
        assertHidden("FEED", "https://me:hunter2-value@feed.example.com/");
        assertHidden("FEED", "https://hunter2-value@feed.example.com/");
        assertHidden("DB", "Server=x;User=y;Password=hunter2-value");
        assertHidden("X", "ghp_hunter2AAAAAAAAAAAAAAAAAAAAAAA-value");
        assertHidden("X", "eyJhbGciOiJIUzI1.hunter2-value");
        assertHidden("X", "-----BEGIN PRIVATE hunter2-value");
    }

    @Test
    public void ordinary_arguments_are_shown() {
        Map<String, String> ordinary = new LinkedHashMap<>();
        for (String name : List.of("VERSION", "AUTHOR", "KEYBOARD", "BUILD_DATE", "PATH_SUFFIX", "MONKEY", "SASS_VERSION", "PATCH")) {
            ordinary.put(name, "shown-" + name);
        }
        ordinary.put("FEED", "https://feed.example.com/v3/index.json");
        String text = text(provenance(ordinary));
        ordinary.values().forEach(value -> assertTrue(value, text.contains(value)));
        assertFalse(text, text.contains("hiddenBuildArgs"));
    }

    private static void assertHidden(String name, String value) {
        String text = text(provenance(Map.of(name, value)));
        assertFalse(name, text.contains("hunter2"));
        assertTrue(name, text.contains("\"hiddenBuildArgs\":[\"" + name + "\"]"));
    }

    private static String text(Provenance provenance) {
        return new String(provenance.write(), StandardCharsets.UTF_8);
    }
}
