package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.windowsimage.engine.image.ImageIndex;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.registry.DockerRegistry;
import io.jenkins.plugins.windowsimage.engine.registry.FaultyRegistry;
import io.jenkins.plugins.windowsimage.engine.registry.TestImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;

/** Several Windows versions under one name, made, pushed, and chosen from. */
public class IndexTest {
    @ClassRule
    public static final DockerRegistry OPEN = DockerRegistry.open();

    @ClassRule
    public static final FaultyRegistry FAULTY = new FaultyRegistry();

    @Rule
    public final Sandbox sandbox = new Sandbox();

    private static String insecure() {
        return "--insecure-registry=" + OPEN.host();
    }

    private String image(String name, String version, String... more) throws IOException {
        Path context = sandbox.context("v" + version, "FROM scratch\nCOPY f C:\\f\n", "f", version);
        List<Object> arguments = new ArrayList<>(List.of("-t", name, "--os-version", version, context));
        arguments.addAll(List.of(more));
        return sandbox.build(arguments.toArray()).get("digest").asText();
    }

    @Test
    public void an_index_of_two_windows_versions_is_made_pushed_and_inspected() throws Exception {
        String repository = OPEN.host() + "/index/made:";
        String one = image(repository + "2019", "10.0.17763.5329");
        String two = image(repository + "2022", "10.0.20348.2227");
        sandbox.ok("index create", repository + "all", repository + "2019", repository + "2022");
        sandbox.ok("index push", insecure(), repository + "all");
        JsonNode index = Sandbox.json(Skopeo.manifest("docker://" + repository + "all", "--tls-verify=false"));
        assertEquals("application/vnd.oci.image.index.v1+json", index.get("mediaType").asText());
        assertEquals(one, index.get("manifests").get(0).get("digest").asText());
        assertEquals(two, index.get("manifests").get(1).get("digest").asText());
        assertEquals("10.0.17763.5329", index.get("manifests").get(0).get("platform").get("os.version").asText());
        assertEquals("windows", index.get("manifests").get(0).get("platform").get("os").asText());
        assertEquals("amd64", index.get("manifests").get(0).get("platform").get("architecture").asText());
        assertTrue(sandbox.ok("index inspect", repository + "all").out().contains("10.0.17763.5329"));
        String remote = sandbox.withStore("empty").ok("index inspect", insecure(), "--format", "json",
                repository + "all").out();
        assertEquals(index, Sandbox.json(remote));
        Skopeo.copy("docker://" + repository + "all", sandbox.path("copy"), "--src-tls-verify=false", "--all");
    }

    @Test
    public void an_index_takes_images_that_only_the_registry_has_without_moving_their_layers() throws Exception {
        String repository = OPEN.host() + "/index/remote:";
        image(repository + "2019", "10.0.17763.1", "--push", insecure());
        image(repository + "2022", "10.0.20348.1", "--push", insecure());
        int gets = OPEN.requests("GET").size();
        int posts = OPEN.requests("POST").size();
        sandbox.withStore("empty").ok("index create", insecure(), "--push", repository + "all",
                repository + "2019", repository + "2022");
        assertEquals(posts, OPEN.requests("POST").size());
        // Two manifests and two configs.
        assertEquals(4, OPEN.requests("GET").stream().skip(gets).filter(line -> !line.contains("GET /v2/ ")).count());
        Skopeo.copy("docker://" + repository + "all", sandbox.path("copy"), "--src-tls-verify=false", "--all");
    }

    @Test
    public void an_index_pushed_to_another_repository_brings_its_images() throws Exception {
        String one = OPEN.host() + "/index/here:";
        image(one + "2019", "10.0.17763.2", "--push", insecure());
        image(one + "2022", "10.0.20348.2", "--push", insecure());
        String name = OPEN.host() + "/index/there:all";
        sandbox.withStore("empty").ok("index create", insecure(), "--push", name, one + "2019", one + "2022");
        Skopeo.copy("docker://" + name, sandbox.path("copy"), "--src-tls-verify=false", "--all");
    }

    @Test
    public void an_index_is_copied_and_tagged_as_one() throws Exception {
        String repository = OPEN.host() + "/index/copied:";
        image(repository + "2019", "10.0.17763.3");
        image(repository + "2022", "10.0.20348.3");
        sandbox.ok("index create", repository + "all", repository + "2019", repository + "2022");
        sandbox.ok("push", insecure(), repository + "all");
        sandbox.withStore("empty").ok("tag", insecure(), repository + "all", repository + "stable");
        sandbox.withStore("empty").ok("push", insecure(), repository + "all", OPEN.host() + "/elsewhere/x:1");
        byte[] index = Skopeo.manifest("docker://" + repository + "all", "--tls-verify=false");
        for (String name : List.of(repository + "stable", OPEN.host() + "/elsewhere/x:1")) {
            assertEquals(OciTree.sha256(index), OciTree.sha256(Skopeo.manifest("docker://" + name, "--tls-verify=false")));
        }
        Skopeo.copy("docker://" + OPEN.host() + "/elsewhere/x:1", sandbox.path("copy"), "--src-tls-verify=false", "--all");
    }

    @Test
    public void a_build_picks_the_windows_version_that_is_asked_for() throws IOException {
        String repository = OPEN.host() + "/index/chosen:";
        image(repository + "a", "10.0.17763.5329");
        image(repository + "b", "10.0.20348.100");
        image(repository + "c", "10.0.20348.200");
        sandbox.ok("index create", insecure(), "--push", repository + "all", repository + "a", repository + "b", repository + "c");
        Path context = sandbox.context("c", "FROM " + repository + "all\nENV A=b\n");
        for (String[] wish : new String[][] {
            {"10.0.17763", "10.0.17763.5329"},
            {"10.0.17763.1", "10.0.17763.5329"},
            {"10.0.20348.100", "10.0.20348.100"},
            {"10.0.20348.150", "10.0.20348.200"}
        }) {
            JsonNode result = sandbox.withStore("for" + wish[0]).build("--os-version", wish[0], insecure(), context);
            assertEquals(wish[0], wish[1], result.get("osVersion").asText());
            assertEquals(wish[1], result.get("baseImages").get(0).get("osVersion").asText());
        }
        assertEquals("10.0.20348.200",
                sandbox.withStore("unasked").build(insecure(), context).get("osVersion").asText());
        sandbox.run("build", "--os-version", "10.0.14393.1", insecure(), context)
                .fails(3, repository + "all", "10.0.14393.1", "10.0.17763.5329", "10.0.20348.200");
        // The store knows the name by now; the answer stays the same.
        sandbox.withStore("unasked").run("build", "--os-version", "10.0.14393.1", insecure(), context)
                .fails(3, "10.0.14393.1", "10.0.17763.5329");
    }

    @Test
    public void a_linux_image_is_no_base_of_a_windows_image() throws IOException {
        TestImage linux = TestImage.of(Platform.parse("linux/amd64"), 1, 1000);
        FAULTY.serve("plain", linux);
        FAULTY.serve("index", RawManifest.of(ImageIndex.of(MediaTypes.OCI_INDEX, List.of(linux.entry()))));
        FAULTY.serve("empty", RawManifest.of(ImageIndex.of(MediaTypes.OCI_INDEX, List.of())));
        String option = "--insecure-registry=" + FAULTY.host();
        String name = FAULTY.host() + "/linux:";
        sandbox.run("build", option, sandbox.context("plain", "FROM " + name + "plain\nENV A=b\n"))
                .fails(3, name + "plain", "linux/amd64", "windows/amd64");
        sandbox.run("build", option, sandbox.context("index", "FROM " + name + "index\nENV A=b\n"))
                .fails(3, name + "index", "linux/amd64", "windows/amd64");
        sandbox.run("build", option, sandbox.context("empty", "FROM " + name + "empty\nENV A=b\n")).fails(3, name + "empty");
        assertEquals(0, FAULTY.count("GET", ".*/blobs/" + linux.layer(0).digest()));
    }

    @Test
    public void an_index_refuses_what_clients_could_not_tell_apart() throws IOException {
        image("one:1", "10.0.17763.1");
        image("two:1", "10.0.20348.1");
        image("same:1", "10.0.20348.1", "--label", "x=y");
        sandbox.run("index create", "all:1", "one:1", "two:1", "same:1").fails(2, "same:1", "10.0.20348.1");
        sandbox.run("index create", "all:1").fails(2);
        sandbox.run("index create", "all:1@sha256:" + "0".repeat(64), "one:1").fails(2);
        sandbox.run("index inspect", "one:1").fails(2, "one:1");
        sandbox.run("index push", "nothing:1").fails(2, "nothing:1");
        assertFalse(sandbox.ok("images").out().contains("all"));
    }

    @Test
    public void an_index_that_a_build_began_with_is_listed_looked_at_and_pushed_as_a_whole() throws Exception {
        String repository = OPEN.host() + "/index/begun:";
        image(repository + "2019", "10.0.17763.4", "--push", insecure());
        image(repository + "2022", "10.0.20348.4", "--push", insecure());
        sandbox.ok("index create", insecure(), "--push", repository + "all", repository + "2019", repository + "2022");
        Sandbox other = sandbox.withStore("other");
        other.build(insecure(), sandbox.context("c", "FROM " + repository + "all\nENV A=b\n"));
        int gets = OPEN.requests("GET").size();
        String images = other.ok("images").out();
        assertTrue(images, images.contains("1 of 2 images") && !images.contains("damaged"));
        assertEquals("the store alone is listed", gets, OPEN.requests("GET").size());
        other.ok("tag", repository + "all", "mine:1");
        String elsewhere = OPEN.host() + "/index/elsewhere:";
        Path result = sandbox.path("push.json");
        other.ok("push", insecure(), "--metadata-file", result, repository + "all", elsewhere + "1");
        other.ok("index push", insecure(), "--metadata-file", sandbox.path("index.json"), "mine:1", elsewhere + "2");
        for (String tag : List.of("1", "2")) {
            Skopeo.copy("docker://" + elsewhere + tag, sandbox.path("copy" + tag), "--src-tls-verify=false", "--all");
        }
        assertEquals("all was mounted", 0, Sandbox.json(result).get("totals").get("uploadedBytes").asLong());
        sandbox.ok("push", insecure(), "--metadata-file", result, repository + "2019", OPEN.host() + "/index/uploaded:1");
        assertTrue(Sandbox.json(result).get("totals").get("uploadedBytes").asLong() > 0);
        assertEquals(elsewhere + "2", Sandbox.json(sandbox.path("index.json")).get("pushed").get(0).get("reference").asText());
        assertTrue(other.ok("inspect", insecure(), "mine:1").out().contains("10.0.17763.4"));
    }

    @Test
    public void a_name_that_nobody_knows_is_said_not_to_be_in_the_store() {
        for (String command : List.of("inspect", "history", "index inspect")) {
            sandbox.run(command, insecure(), OPEN.host() + "/nobody:1").fails(3, "not in the store", OPEN.host() + "/nobody:1");
        }
        sandbox.run("tag", insecure(), OPEN.host() + "/nobody:1", OPEN.host() + "/x:1").fails(3, "not in the store");
    }
}
