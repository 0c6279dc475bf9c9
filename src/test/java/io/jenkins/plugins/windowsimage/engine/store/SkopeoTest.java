package io.jenkins.plugins.windowsimage.engine.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageIndex;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What is written as files, read by another program. */
public class SkopeoTest {
    private static final Path SKOPEO = Path.of("/usr/bin/skopeo");
    private static final ImageReference HELLO = ImageReference.parse("example.org/hello:1");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private StorageRoot root;
    private DiskContentStore store;
    private SampleImage image;
    private Path out;

    @Before
    public void open() throws IOException {
        root = new StorageRoot(folder.newFolder("root").toPath());
        store = new DiskContentStore(root);
        image = SampleImage.in(store, "a", "b", "c", "a");
        out = folder.newFolder("out").toPath();
    }

    @After
    public void close() throws IOException {
        store.close();
    }

    @Test
    public void skopeo_reads_the_oci_directory() throws Exception {
        new OciLayoutWriter(store).directory(out.resolve("layout"), image.root(), List.of(HELLO));
        assertEquals(image.root().digest().toString(), inspect("oci:" + out.resolve("layout") + ":1"));
        copyThrough("oci:" + out.resolve("layout") + ":1");
    }

    @Test
    public void skopeo_reads_the_oci_archive() throws Exception {
        new OciLayoutWriter(store).tar(out.resolve("layout.tar"), image.root(), List.of(HELLO));
        assertEquals(image.root().digest().toString(), inspect("oci-archive:" + out.resolve("layout.tar") + ":1"));
        copyThrough("oci-archive:" + out.resolve("layout.tar") + ":1");
    }

    @Test
    public void skopeo_reads_the_docker_archive_and_finds_the_same_tars() throws Exception {
        Path archive = out.resolve("image.tar");
        new DockerArchiveWriter(store).write(archive, image.root(), List.of(HELLO));
        assertEquals(List.of("image.tar"), names(out));
        inspect("docker-archive:" + archive + ":example.org/hello:1");
        Path copy = copyThrough("docker-archive:" + archive + ":example.org/hello:1");
        JsonNode manifest = new ObjectMapper().readTree(copy.resolve("manifest.json").toFile());
        List<Digest> tars = new ArrayList<>();
        for (JsonNode layer : manifest.get("layers")) {
            byte[] blob = Files.readAllBytes(
                    copy.resolve(layer.get("digest").asText().substring("sha256:".length())));
            tars.add(Digest.of(blob));
        }
        assertEquals(image.diffIds(), tars);
        assertEquals(
                image.config().digest().toString(), manifest.get("config").get("digest").asText());
    }

    @Test
    public void a_docker_archive_of_several_images_is_refused() throws IOException {
        SampleImage second = SampleImage.in(store, "d");
        RawManifest index =
                RawManifest.of(ImageIndex.of(MediaTypes.OCI_INDEX, List.of(image.root(), second.root())));
        Descriptor root = SampleImage.put(store, MediaTypes.OCI_INDEX, index.bytes());
        EngineException refused = assertThrows(
                EngineException.class, () -> new DockerArchiveWriter(store).write(out.resolve("x"), root, List.of()));
        assertEquals(ErrorKind.NOT_SUPPORTED, refused.kind());
        assertEquals(List.of(), names(out));
    }

    @Test
    public void a_layer_that_is_not_what_the_config_says_leaves_no_docker_archive() throws IOException {
        Descriptor wrong = SampleImage.put(store, MediaTypes.OCI_LAYER_GZIP, SampleImage.gzip(new byte[1024]));
        Manifest manifest = Manifest.of(MediaTypes.OCI_MANIFEST, image.config(), List.of(wrong, wrong, wrong, wrong));
        Descriptor root = SampleImage.put(store, MediaTypes.OCI_MANIFEST, ImageJson.write(manifest));
        EngineException refused = assertThrows(
                EngineException.class, () -> new DockerArchiveWriter(store).write(out.resolve("x"), root, List.of()));
        assertTrue(refused.getMessage(), refused.getMessage().contains(wrong.digest().toString()));
        assertEquals(List.of(), names(out));
    }

    /** The digest that skopeo sees. */
    private String inspect(String source) throws Exception {
        return run("inspect", "--override-os", "windows", "--format", "{{.Digest}}", source).strip();
    }

    /** Makes skopeo read and verify every blob. */
    private Path copyThrough(String source) throws Exception {
        Path copy = folder.newFolder().toPath();
        run("copy", "--override-os", "windows", source, "dir:" + copy);
        return copy;
    }

    private String run(String... arguments) throws Exception {
        assumeTrue("skipped: " + SKOPEO + " is not installed", Files.isExecutable(SKOPEO));
        List<String> command = new ArrayList<>(List.of(SKOPEO.toString(), "--insecure-policy"));
        command.addAll(List.of(arguments));
        Path errors = folder.newFile().toPath();
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(Files.readString(errors), 0, process.waitFor());
        return output;
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
