package io.jenkins.plugins.windowsimage.engine.image;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.Test;

public class ImageJsonTest {

    private static String text(Object value) {
        return new String(ImageJson.write(value), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    @Test
    public void a_config_is_written_with_the_names_of_the_specification_and_without_what_is_not_set() {
        ImageConfig config = ImageConfig.scratch(Platform.parse("windows/amd64").withOsVersion("10.0.20348.2227"))
                .withConfig(new ContainerConfig.Builder()
                        .workingDir("C:\\app")
                        .env("Path", "C:\\")
                        .expose("80/tcp")
                        .healthcheck(new Healthcheck(List.of("NONE"), 0, 0, 0, 0, 0))
                        .build());
        assertEquals(
                "{\"architecture\":\"amd64\",\"os\":\"windows\",\"os.version\":\"10.0.20348.2227\",\"config\":{"
                        + "\"ExposedPorts\":{\"80/tcp\":{}},\"Env\":[\"Path=C:\\\\\"],\"WorkingDir\":\"C:\\\\app\","
                        + "\"Healthcheck\":{\"Test\":[\"NONE\"]}},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]},"
                        + "\"history\":[]}",
                text(config));
    }

    @Test
    public void a_config_reads_back_as_the_same() {
        ImageConfig config = ImageConfig.parse(bytes(
                "{'created':'2024-01-01T00:00:00Z','architecture':'amd64','os':'windows','os.version':'10.0.1.2',"
                        + "'os.features':['win32k'],'config':{'User':'u','Env':['A=b'],'Cmd':['c'],'Labels':{'l':'v'},"
                        + "'ArgsEscaped':true,'Shell':['powershell'],'Healthcheck':{'Test':['CMD','x'],'Interval':30000000000,"
                        + "'Retries':3}},'rootfs':{'type':'layers','diff_ids':['sha256:" + "1".repeat(64) + "']},"
                        + "'history':[{'created_by':'a'},{'created_by':'b','empty_layer':true}],'container':'ignored'}"));
        assertEquals(config, ImageConfig.parse(ImageJson.write(config)));
        assertEquals(30_000_000_000L, config.config().healthcheck().interval());
        assertTrue(config.history().get(0).madeLayer());
        assertEquals(List.of("win32k"), config.platform().osFeatures());
    }

    @Test
    public void a_variable_is_replaced_in_its_place_whatever_its_case() {
        ContainerConfig config = new ContainerConfig.Builder()
                .env("Path", "a")
                .env("X", "1")
                .env("PATH", "b")
                .build();
        assertEquals(List.of("PATH=b", "X=1"), config.env());
    }

    @Test
    public void a_manifest_keeps_the_urls_of_foreign_layers() {
        String json = "{'schemaVersion':2,'mediaType':'" + MediaTypes.DOCKER_MANIFEST + "','config':{'mediaType':'c','digest':'sha256:"
                + "2".repeat(64) + "','size':3},'layers':[{'mediaType':'" + MediaTypes.DOCKER_FOREIGN_LAYER_GZIP
                + "','digest':'sha256:" + "3".repeat(64) + "','size':4,'urls':['https://example.com/l']}]}";
        Manifest manifest = new RawManifest(MediaTypes.DOCKER_MANIFEST, bytes(json)).manifest();
        assertEquals(List.of("https://example.com/l"), manifest.layers().get(0).urls());
        assertEquals(new String(bytes(json), StandardCharsets.UTF_8), text(manifest));
    }

    @Test
    public void what_is_no_manifest_is_refused_with_a_sentence() {
        for (String json : List.of("", "{", "null", "[]", "{}", "{'schemaVersion':1,'config':{}}", "<html>", "{} {}")) {
            RawManifest raw = new RawManifest(MediaTypes.OCI_MANIFEST, bytes(json));
            IllegalArgumentException e = assertThrows(json, IllegalArgumentException.class, raw::manifest);
            assertTrue(e.getMessage(), e.getMessage().startsWith("not a"));
        }
    }

    @Test
    public void what_a_manifest_lacks_is_told_without_names_of_classes() {
        String blob = "{'mediaType':'m','digest':'sha256:" + "2".repeat(64) + "','size':3}";
        for (String layer : List.of("null", "{}", "{'mediaType':'m','size':3}", blob.replace("'m'", "null"), blob.replace("3}", "-1}"),
                blob.replace("3}", "3,'urls':[null]}"), blob.replace("sha256:2", "sha512:2"))) {
            String json = "{'schemaVersion':2,'config':" + blob + ",'layers':[" + blob + "," + layer + "]}";
            RawManifest raw = new RawManifest(MediaTypes.OCI_MANIFEST, bytes(json));
            IllegalArgumentException e = assertThrows(layer, IllegalArgumentException.class, raw::manifest);
            assertFalse(e.getMessage(), e.getMessage().matches(".*(java|jenkins|Exception).*"));
            RawManifest index = new RawManifest(MediaTypes.OCI_INDEX, bytes("{'schemaVersion':2,'manifests':[" + layer + "]}"));
            assertThrows(layer, IllegalArgumentException.class, index::index);
        }
    }

    @Test
    public void a_digest_must_be_sha256_in_lower_case() {
        for (String bad : List.of("sha256:", "sha512:" + "1".repeat(64), "sha256:" + "A".repeat(64), "1".repeat(64))) {
            assertThrows(bad, IllegalArgumentException.class, () -> Digest.parse(bad));
        }
        assertEquals("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Digest.of("").toString());
    }

    @Test
    public void platforms_are_read_in_the_forms_that_people_use() {
        assertEquals("windows/amd64", Platform.parse("windows").toString());
        assertEquals("windows/arm64/v8", Platform.parse("windows/aarch64/v8").toString());
        assertEquals("windows(10.0.17763)/amd64", Platform.parse("Windows(10.0.17763)/x86_64").toString());
        assertNull(Platform.parse("windows/amd64").osVersion());
        for (String bad : List.of("", "/", "windows/", "a/b/c/d", "windows(x)/amd64")) {
            assertThrows(bad, IllegalArgumentException.class, () -> Platform.parse(bad));
        }
    }
}
