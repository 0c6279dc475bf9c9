package io.jenkins.plugins.windowsimage.engine.registry;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.ImageIndex;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Whole images in and out of real registries. */
public class RegistryTransferTest {
    @ClassRule
    public static final DockerRegistry OPEN = DockerRegistry.open();

    @ClassRule
    public static final DockerRegistry LOGIN = DockerRegistry.withLogin();

    @ClassRule
    public static final DockerRegistry TLS = DockerRegistry.withTls();

    private static final PlatformChoice WINDOWS = new PlatformChoice(Platform.WINDOWS_AMD64, null);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final RegistryOptions options = RegistryOptions.builder()
            .insecure(OPEN.host())
            .insecure(LOGIN.host())
            .certificateAuthority(TLS.host(), TLS.certificate())
            .credentials((host, cancellation) -> host.equals(LOGIN.host())
                    ? Optional.of(Credential.of(DockerRegistry.USER, DockerRegistry.PASSWORD))
                    : Optional.empty())
            .build();
    private final Cancellation cancellation = new Cancellation();
    private final HttpRegistryClient client = new HttpRegistryClient(options, cancellation);
    private final ImagePusher pusher = new ImagePusher(client, options, cancellation, TransferProgress.NONE, false);

    private static ImageReference reference(DockerRegistry registry, String name) {
        return ImageReference.parse(registry.host() + "/" + name);
    }

    private PushResult push(TestImage image, ImageReference... references) {
        return pusher.push(image.raw(), new StoredContent(image.stored(), client), List.of(references));
    }

    private MemoryStore pull(ImageReference reference, TestImage expected) {
        MemoryStore store = new MemoryStore();
        ImagePuller puller = new ImagePuller(client, store, options, cancellation, TransferProgress.NONE);
        PulledImage image = puller.resolve(reference, WINDOWS);
        puller.fetchLayers(image, image.layers());
        assertEquals(expected.raw(), image.raw());
        for (int i = 0; i < expected.layers().size(); i++) {
            assertArrayEquals(expected.layers().get(i), store.get(expected.layer(i).digest()));
        }
        return store;
    }

    @Test
    public void what_is_pushed_is_pulled_byte_for_byte() {
        for (DockerRegistry registry : List.of(OPEN, LOGIN, TLS)) {
            TestImage image = TestImage.random(1, 3_000_000, 0, 17, 700_000);
            ImageReference name = reference(registry, "round/trip:1");
            assertEquals(
                    List.of(new PushResult.Pushed(name, image.raw().digest())),
                    push(image, name).pushed());
            pull(name, image);
            pull(ImageReference.parse(name.name() + "@" + image.raw().digest()), image);
        }
    }

    @Test
    public void skopeo_reads_what_was_pushed() throws Exception {
        assumeTrue("skopeo is not installed", Files.isExecutable(Path.of("/usr/bin/skopeo")));
        TestImage image = TestImage.random(2, 1000, 2000);
        push(image, reference(LOGIN, "skopeo:1"));
        Process skopeo = new ProcessBuilder("skopeo", "inspect", "--raw", "--tls-verify=false", "--creds",
                        DockerRegistry.USER + ":" + DockerRegistry.PASSWORD, "docker://" + LOGIN.host() + "/skopeo:1")
                .redirectError(folder.newFile())
                .start();
        assertArrayEquals(image.raw().bytes(), skopeo.getInputStream().readAllBytes());
        Process copy = new ProcessBuilder("skopeo", "--override-os", "windows", "copy", "--src-tls-verify=false",
                        "--src-creds", DockerRegistry.USER + ":" + DockerRegistry.PASSWORD,
                        "docker://" + LOGIN.host() + "/skopeo:1", "dir:" + folder.getRoot() + "/copy")
                .redirectErrorStream(true)
                .start();
        String output = new String(copy.getInputStream().readAllBytes());
        assertEquals(output, 0, copy.waitFor());
    }

    @Test
    public void a_second_push_sends_no_blob() {
        TestImage image = TestImage.random(3, 500_000);
        push(image, reference(OPEN, "warm:1"));
        PushResult again = push(image, reference(OPEN, "warm:1"), reference(OPEN, "warm:2"));
        assertEquals(0, again.uploadedBytes());
        assertEquals(500_000 + image.config().length, again.existingBytes());
        pull(reference(OPEN, "warm:2"), image);
    }

    @Test
    public void several_repositories_of_a_registry_receive_each_blob_once() {
        TestImage image = TestImage.random(4, 400_000, 300_000);
        PushResult result =
                push(image, reference(OPEN, "multi/a:1"), reference(OPEN, "multi/a:2"), reference(OPEN, "multi/b:1"));
        long size = 700_000 + image.config().length;
        assertEquals(size, result.uploadedBytes());
        assertEquals(size, result.mountedBytes());
        pull(reference(OPEN, "multi/b:1"), image);
    }

    @Test
    public void base_layers_that_were_never_pulled_are_mounted_or_streamed_from_where_they_are() {
        TestImage base = TestImage.random(5, 600_000);
        push(base, reference(OPEN, "base:1"));
        MemoryStore store = new MemoryStore();
        store.put(base.config());
        StoredContent content = new StoredContent(store, client)
                .withOrigin(RepositoryName.of(reference(OPEN, "base:1")), base.raw().manifest().layers());
        PushResult mounted = pusher.push(base.raw(), content, List.of(reference(OPEN, "derived:1")));
        assertEquals(600_000, mounted.mountedBytes());
        PushResult streamed = pusher.push(base.raw(), content, List.of(reference(LOGIN, "derived:1")));
        assertEquals(600_000 + base.config().length, streamed.uploadedBytes());
        pull(reference(LOGIN, "derived:1"), base);
    }

    @Test
    public void indexes_are_pushed_children_first_and_copied_between_registries() {
        TestImage older = TestImage.of(Platform.parse("windows(10.0.17763.5329)/amd64"), 6, 1000);
        TestImage newer = TestImage.of(Platform.parse("windows(10.0.20348.2227)/amd64"), 7, 2000);
        RawManifest index = RawManifest.of(
                ImageIndex.of(MediaTypes.OCI_INDEX, List.of(older.entry(), newer.entry())));
        MemoryStore store = newer.storedIn(older.stored());
        pusher.push(index, new StoredContent(store, client), List.of(reference(OPEN, "index:1")));
        pull(reference(OPEN, "index:1"), newer);

        ImageCopier copier = new ImageCopier(client, pusher);
        copier.copy(reference(OPEN, "index:1"), List.of(reference(TLS, "copied:1"), reference(OPEN, "copied:1")));
        pull(reference(TLS, "copied:1"), newer);
        assertEquals(index, client.manifest(reference(OPEN, "copied:1")));
        copier.copy(reference(OPEN, "index:1"), List.of(reference(OPEN, "index:2")));
        assertEquals(Set.of("1", "2"), Set.copyOf(client.tags(new RepositoryName(OPEN.host(), "index"))));
    }

    @Test
    public void an_index_of_images_that_were_never_fetched_is_pushed_by_mounting_their_layers() {
        TestImage older = TestImage.of(Platform.parse("windows(10.0.17763.5329)/amd64"), 31, 1000);
        TestImage newer = TestImage.of(Platform.parse("windows(10.0.20348.2227)/amd64"), 32, 2000);
        push(older, reference(OPEN, "app/2019:1"));
        push(newer, reference(OPEN, "app/2022:1"));
        MemoryStore store = new MemoryStore();
        ImagePuller puller = new ImagePuller(client, store, options, cancellation, TransferProgress.NONE);
        StoredContent content = new StoredContent(store, client);
        for (String name : List.of("app/2019:1", "app/2022:1")) {
            PulledImage image = puller.resolve(reference(OPEN, name), WINDOWS);
            content.withOrigin(image.source(), image.layers());
        }
        RawManifest index =
                RawManifest.of(ImageIndex.of(MediaTypes.DOCKER_LIST, List.of(older.entry(), newer.entry())));
        PushResult result = pusher.push(index, content, List.of(reference(OPEN, "app/all:1")));
        assertEquals(3000, result.mountedBytes());
        pull(reference(OPEN, "app/all:1"), newer);
    }

    @Test
    public void a_linux_image_is_refused_by_name() {
        TestImage linux = TestImage.of(Platform.parse("linux/amd64"), 33, 10);
        push(linux, reference(OPEN, "linux:1"));
        ImagePuller puller =
                new ImagePuller(client, new MemoryStore(), options, cancellation, TransferProgress.NONE);
        EngineException error =
                assertThrows(EngineException.class, () -> puller.resolve(reference(OPEN, "linux:1"), WINDOWS));
        assertEquals(ErrorKind.OS_VERSION_UNRESOLVED, error.kind());
        assertEquals(OPEN.host() + "/linux:1 is an image for linux/amd64, not for windows/amd64", error.getMessage());
    }

    @Test
    public void foreign_layers_are_left_where_they_are_unless_asked_for() {
        TestImage image = TestImage.random(34, 5000);
        Descriptor foreign = new Descriptor(MediaTypes.DOCKER_FOREIGN_LAYER_GZIP, image.layer(0).digest(), 5000,
                List.of("https://elsewhere.test/layer"), null, null, null);
        RawManifest raw = RawManifest.of(
                Manifest.of(MediaTypes.DOCKER_MANIFEST, image.raw().manifest().config(), List.of(foreign)));
        StoredContent content = new StoredContent(image.stored(), client);
        assertEquals(image.config().length,
                pusher.push(raw, content, List.of(reference(OPEN, "foreign:1"))).uploadedBytes());
        ImagePusher all = new ImagePusher(client, options, cancellation, TransferProgress.NONE, true);
        assertEquals(5000, all.push(raw, content, List.of(reference(OPEN, "foreign:2"))).uploadedBytes());
    }

    @Test
    public void referrers_are_found_through_the_fallback_tag() {
        TestImage image = TestImage.random(8, 100);
        ImageReference name = reference(OPEN, "attested:1");
        push(image, name);
        byte[] sbom = "{}".getBytes();
        byte[] empty = "{}".getBytes();
        Descriptor layer = Descriptor.of("application/vnd.cyclonedx+json", sbom);
        RawManifest artifact = RawManifest.of(new Manifest(2, MediaTypes.OCI_MANIFEST, "application/vnd.cyclonedx+json",
                Descriptor.of(MediaTypes.OCI_EMPTY, empty), List.of(layer), image.raw().descriptor(),
                Map.of("created", "now")));
        RepositoryName repository = RepositoryName.of(name);
        client.putBlob(repository, layer, BlobSource.of(sbom), List.of(), sent -> {});
        Referrers.attach(client, repository, artifact);
        Referrers.attach(client, repository, artifact);
        List<Descriptor> found = client.referrers(repository, image.raw().digest()).manifests();
        assertEquals(1, found.size());
        assertEquals(artifact.digest(), found.get(0).digest());
        assertEquals("application/vnd.cyclonedx+json", found.get(0).artifactType());
        assertEquals(List.of(), client.referrers(repository, artifact.digest()).manifests());
    }

    @Test
    public void a_missing_image_is_named_and_no_other_attempt_is_made() {
        RegistryException error =
                assertThrows(RegistryException.class, () -> client.manifest(reference(OPEN, "nowhere:9")));
        assertTrue(error.isNotFound());
        assertEquals(ErrorKind.REGISTRY_ERROR, error.kind());
        assertEquals("cannot read the manifest of " + OPEN.host() + "/nowhere:9: the registry " + OPEN.host()
                + " does not have it (404, MANIFEST_UNKNOWN: manifest unknown)", error.getMessage());
    }

    @Test
    public void a_registry_that_is_not_named_insecure_is_not_spoken_to_in_plain_http() {
        HttpRegistryClient strict =
                new HttpRegistryClient(RegistryOptions.builder().build(), new Cancellation());
        RegistryException error =
                assertThrows(RegistryException.class, () -> strict.ping(OPEN.host()));
        assertTrue(error.getMessage(), error.getMessage().contains("speaks plain HTTP"));
        assertTrue(error.hint(), error.hint().contains(OPEN.host()));
    }

    @Test
    public void a_private_authority_is_trusted_only_where_it_is_named() {
        client.ping(TLS.host());
        HttpRegistryClient strict =
                new HttpRegistryClient(RegistryOptions.builder().build(), new Cancellation());
        RegistryException error = assertThrows(RegistryException.class, () -> strict.ping(TLS.host()));
        assertTrue(
                error.getMessage(), error.getMessage().contains("certificate of " + TLS.host() + " is not accepted"));
        assertTrue(error.hint(), error.hint().contains("PEM"));
    }

    @Test
    public void wrong_and_missing_credentials_are_told_apart_and_never_shown() {
        for (Optional<Credential> credential : List.of(
                Optional.<Credential>empty(), Optional.of(Credential.of("builder", "s3cret-pass")))) {
            RegistryOptions wrong = RegistryOptions.builder()
                    .insecure(LOGIN.host())
                    .credentials((host, stop) -> credential)
                    .build();
            HttpRegistryClient refused = new HttpRegistryClient(wrong, new Cancellation());
            RegistryException error =
                    assertThrows(RegistryException.class, () -> refused.manifest(reference(LOGIN, "x:1")));
            assertEquals(401, error.status());
            assertTrue(error.hint(), error.hint().startsWith(
                    credential.isPresent() ? "the credentials used for" : "no credentials for"));
            assertTrue(error.hint(), error.hint().contains(LOGIN.host()));
            assertFalse((error.getMessage() + error.hint()).contains("s3cret"));
        }
    }

    @Test
    public void an_interrupted_pull_goes_on_where_it_stopped() throws IOException {
        TestImage image = TestImage.random(9, 2_000_000);
        ImageReference name = reference(OPEN, "resume:1");
        push(image, name);
        MemoryStore store = new MemoryStore();
        store.leavePart(image.layer(0).digest(), java.util.Arrays.copyOf(image.layers().get(0), 1_500_000));
        long[] first = {-1};
        TransferProgress progress = new TransferProgress() {
            @Override
            public void transferred(Descriptor blob, long bytes) {
                if (first[0] < 0 && blob.digest().equals(image.layer(0).digest())) {
                    first[0] = bytes;
                }
            }

            @Override
            public void done(Descriptor blob, Outcome outcome) {}
        };
        ImagePuller puller = new ImagePuller(client, store, options, cancellation, progress);
        puller.fetchLayers(puller.resolve(name, WINDOWS), image.raw().manifest().layers());
        assertTrue("started at " + first[0], first[0] > 1_500_000);
        assertArrayEquals(image.layers().get(0), store.get(image.layer(0).digest()));
    }
}
