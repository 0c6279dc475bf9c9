package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import com.github.packageurl.PackageURL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.cyclonedx.Version;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.parsers.JsonParser;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The SBOM before the eyes of the validator that the CycloneDX project itself publishes. */
public class SbomSchemaTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private byte[] sbom;

    @Before
    public void build() throws Exception {
        Path root = folder.newFolder("root").toPath();
        Path base = folder.newFolder("base").toPath();
        SoftwareContext.write(base, "Dockerfile", "FROM scratch\nCOPY . /base/\n");
        SoftwareContext.write(base, "text with ü & \"quotes\".txt".replace("\"", "'"), "x");
        CommandLineRun.ok("build", "--root", root, "-t", "base:1", "--os-version", "10.0.20348.1", base);
        Path context = SoftwareContext.in(folder.newFolder("context").toPath(), "base:1");
        CommandLineRun.ok("build", "--root", root, "-t", "example.org:5000/team/app:1", "--sbom", context);
        sbom = CommandLineRun.ok("inspect", "--root", root, "--sbom", "example.org:5000/team/app:1")
                .out().getBytes(StandardCharsets.UTF_8);
    }

    @Test
    public void it_fits_the_schema_of_version_1_6() throws Exception {
        assertEquals(List.of(), new JsonParser().validate(sbom, Version.VERSION_16));
    }

    @Test
    public void its_package_urls_are_package_urls_and_its_references_lead_somewhere() throws Exception {
        Bom bom = new JsonParser().parse(sbom);
        assertFalse(bom.getComponents().isEmpty());
        for (Component component : bom.getComponents()) {
            if (component.getPurl() != null) {
                assertEquals(component.getPurl(), new PackageURL(component.getPurl()).canonicalize());
            }
        }
        PackageURL image = new PackageURL(bom.getMetadata().getComponent().getPurl());
        assertEquals("oci", image.getType());
        assertEquals("app", image.getName());
        assertEquals("example.org:5000/team/app", image.getQualifiers().get("repository_url"));
        List<String> references = bom.getComponents().stream().map(Component::getBomRef).toList();
        assertEquals(references.size(), references.stream().distinct().count());
        assertEquals(bom.getMetadata().getComponent().getBomRef(), bom.getDependencies().get(0).getRef());
        bom.getDependencies().get(0).getDependencies()
                .forEach(dependency -> assertEquals(1, references.stream().filter(dependency.getRef()::equals).count()));
    }
}
