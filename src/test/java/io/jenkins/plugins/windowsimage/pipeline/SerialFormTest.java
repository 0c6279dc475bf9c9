package io.jenkins.plugins.windowsimage.pipeline;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import hudson.FilePath;
import io.jenkins.plugins.windowsimage.action.ResultReader;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.Test;

/**
 * Builds that run while the plugin is updated hold objects of the version before. The texts in this test are such objects as
 * version 1 wrote them; they stay as they are when classes change.
 */
public class SerialFormTest {
    private static final String DIGEST = "sha256:" + "ab".repeat(32);

    @Test
    public void an_image_of_version_1_can_be_read() throws Exception {
        WindowsImage image = (WindowsImage) read("image-1.txt", image());
        assertEquals(DIGEST, image.getDigest());
        assertEquals(List.of("registry.example.com/app:1"), image.getTags());
        assertEquals("registry.example.com/app@" + DIGEST, image.getReference());
        assertEquals("10.0.20348.2227", image.getOsVersion());
    }

    @Test
    public void a_request_of_version_1_can_be_read() throws Exception {
        ImageRequest request = (ImageRequest) read("request-1.txt", request());
        assertEquals(Kind.BUILD, request.kind());
        assertEquals(List.of("registry.example.com/a:1", "docker.io/library/b:2"), request.tags());
        assertEquals(7, request.pushRetries());
        assertEquals("out.json", request.metadataFile());
        assertTrue(request.isQuiet());
        assertEquals("login", request.registries().get(0).getCredentialsId());
        assertEquals("token", request.secrets().get(0).getId());
        assertEquals(request().arguments(0).toString(), request.arguments(0).toString());
    }

    private static WindowsImage image() throws IOException {
        String json = "{\"formatVersion\": 1, \"buildId\": \"0123456789ab\", \"result\": \"success\", \"digest\": \"" + DIGEST
                + "\", \"osVersion\": \"10.0.20348.2227\", \"tags\": [\"registry.example.com/app:1\"], \"pushed\": "
                + "[{\"reference\": \"registry.example.com/app:1\", \"digest\": \"" + DIGEST + "\"}]}";
        return new WindowsImage(ResultReader.read(
                json.getBytes(StandardCharsets.UTF_8), new ResultReader.Origin(Kind.BUILD, 0, null, "")));
    }

    private static ImageRequest request() {
        return StepFormsTest.stepOfVersion1().request(new FilePath(new File("/workspace")));
    }

    private static Object read(String name, Serializable now) throws Exception {
        try (var in = SerialFormTest.class.getResourceAsStream("SerialFormTest/" + name)) {
            if (in == null) {
                throw new AssertionError("there is no " + name + "; of this version it would be\n" + write(now));
            }
            byte[] bytes = Base64.getMimeDecoder().decode(in.readAllBytes());
            return new ObjectInputStream(new ByteArrayInputStream(bytes)).readObject();
        }
    }

    private static String write(Serializable object) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(object);
        return Base64.getMimeEncoder(120, new byte[] {'\n'}).encodeToString(bytes.toByteArray());
    }
}
