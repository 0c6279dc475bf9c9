package io.jenkins.plugins.windowsimage.engine.registry;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.ImageIndex;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.Test;

/** Which image of an index is chosen. */
public class PlatformChoiceTest {
    private static final ImageReference NAME = ImageReference.parse("registry.test/base:1");
    private static final String[] SERVERS = {
        "windows(10.0.17763.5329)/amd64", "windows(10.0.20348.2000)/amd64", "windows(10.0.20348.2227)/amd64",
        "windows(10.0.26100.1)/amd64", "windows(10.0.26100.9)/arm64", "linux/amd64"
    };

    private static ImageIndex index(String... platforms) {
        List<Descriptor> entries = new ArrayList<>();
        for (String platform : platforms) {
            RawManifest image = new RawManifest(MediaTypes.OCI_MANIFEST, platform.getBytes());
            entries.add(image.descriptor().withPlatform(platform.isEmpty() ? null : Platform.parse(platform)));
        }
        return ImageIndex.of(MediaTypes.OCI_INDEX, entries);
    }

    /** The version that is chosen; the platform's short name if it states none. */
    private static String chosen(String wish, String host, String... platforms) {
        PlatformChoice choice = new PlatformChoice(Platform.WINDOWS_AMD64.withOsVersion(wish), host);
        Platform platform = choice.choose(NAME, index(platforms)).platform();
        if (platform == null) {
            return "none stated";
        }
        return platform.osVersion() == null ? platform.shortName() : platform.osVersion();
    }

    @Test
    public void without_a_wish_and_off_windows_the_newest_is_chosen() {
        assertEquals("10.0.26100.1", chosen(null, null, SERVERS));
    }

    @Test
    public void a_wished_version_is_taken_exactly_or_else_its_build_with_the_highest_revision() {
        assertEquals("10.0.20348.2000", chosen("10.0.20348.2000", null, SERVERS));
        assertEquals("10.0.20348.2227", chosen("10.0.20348.1", null, SERVERS));
        assertEquals("10.0.20348.2227", chosen("10.0.20348", null, SERVERS));
        assertEquals("10.0.17763.5329", chosen("10.0.17763.1", "10.0.26100.1", SERVERS));
        assertEquals("10.0.26100.1", chosen("10.0", null, SERVERS));
    }

    @Test
    public void the_builds_family_serves_where_the_build_itself_is_missing() {
        assertEquals("10.0.20348.2227", chosen("10.0.22631.5", null, SERVERS));
        assertEquals("10.0.26100.1", chosen("10.0.26200.5", null, SERVERS));
        assertEquals("10.0.20348.5", chosen("10.0.26100.5", null, "windows(10.0.20348.5)/amd64"));
        for (String version : List.of("10.0.14393.1", "10.0.19041.1", "10.1.20348.1", "10.0.26200.1")) {
            assertThrows(version, EngineException.class, () -> chosen(version, null, "windows(10.0.20348.5)/amd64"));
        }
    }

    @Test
    public void a_host_gets_its_build_with_the_highest_revision() {
        assertEquals("10.0.20348.2227", chosen(null, "10.0.20348.2000", SERVERS));
        assertEquals("10.0.17763.5329", chosen(null, "10.0.17763.1", SERVERS));
        assertEquals("10.0.14393.7", chosen(null, "10.0.14393.7",
                "windows(10.0.14393.7)/amd64", "windows(10.0.14393.9)/amd64"));
    }

    @Test
    public void entries_without_a_version_come_last() {
        assertEquals("10.0.17763.1", chosen(null, null, "windows/amd64", "windows(10.0.17763.1)/amd64"));
        assertEquals("windows/amd64", chosen("10.0.20348.1", null, "windows/amd64", "windows(10.0.17763.1)/amd64"));
        assertEquals("none stated", chosen(null, null, ""));
    }

    @Test
    public void versions_are_compared_as_numbers() {
        assertEquals("10.0.20348.1000", chosen(null, null,
                "windows(10.0.20348.999)/amd64", "windows(10.0.20348.1000)/amd64", "windows(10.0.9999.1)/amd64"));
    }

    @Test
    public void what_does_not_fit_is_refused_with_what_is_offered() {
        EngineException version = assertThrows(EngineException.class, () -> chosen("10.0.14393.1", null, SERVERS));
        assertEquals(ErrorKind.OS_VERSION_UNRESOLVED, version.kind());
        assertEquals("registry.test/base:1 has no image for windows/amd64 version 10.0.14393.1; it offers "
                + "windows(10.0.17763.5329)/amd64, windows(10.0.20348.2000)/amd64, windows(10.0.20348.2227)/amd64, "
                + "windows(10.0.26100.1)/amd64", version.getMessage());
        EngineException linux =
                assertThrows(EngineException.class, () -> chosen(null, null, "linux/amd64", "linux/arm64/v8"));
        assertEquals("registry.test/base:1 has no image for windows/amd64; it offers linux/amd64, linux/arm64/v8",
                linux.getMessage());
        EngineException host =
                assertThrows(EngineException.class, () -> chosen(null, "10.0.19041.1", SERVERS));
        assertTrue(host.getMessage(), host.getMessage().contains("that this host, Windows 10.0.19041.1, can run"));
        EngineException single = assertThrows(EngineException.class, () ->
                new PlatformChoice(Platform.WINDOWS_AMD64, null).accept(NAME, Platform.parse("linux/amd64")));
        assertEquals("registry.test/base:1 is an image for linux/amd64, not for windows/amd64", single.getMessage());
    }

    @Test
    public void attestations_are_no_images() {
        Descriptor image = index("windows(10.0.20348.5)/amd64").manifests().get(0);
        Descriptor attestation = index("windows(10.0.20348.9)/amd64").manifests().get(0)
                .withAnnotations(Map.of("vnd.docker.reference.type", "attestation-manifest"));
        Descriptor unknown = index("unknown/unknown").manifests().get(0);
        ImageIndex mixed = ImageIndex.of(MediaTypes.OCI_INDEX, List.of(attestation, unknown, image));
        assertEquals(image, new PlatformChoice(Platform.WINDOWS_AMD64, null).choose(NAME, mixed));
        PlatformChoice windows = new PlatformChoice(Platform.WINDOWS_AMD64, null);
        EngineException none = assertThrows(EngineException.class, () -> windows
                .choose(NAME, ImageIndex.of(MediaTypes.OCI_INDEX, List.of(unknown))));
        assertTrue(none.getMessage(), none.getMessage().endsWith("it offers no image at all"));
    }
}
