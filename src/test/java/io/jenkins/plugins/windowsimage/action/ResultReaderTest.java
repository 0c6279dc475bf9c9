package io.jenkins.plugins.windowsimage.action;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.windowsimage.action.ResultReader.Origin;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Kind;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.Test;

public class ResultReaderTest {
    private static final String DIGEST = "sha256:" + "ab".repeat(32);
    private static final Origin ORIGIN = new Origin(Kind.BUILD, 1000, "Build", "windows-1");

    private static final String SUCCESS = """
            {"formatVersion": 1, "buildId": "0123456789ab", "result": "success", "digest": "D", "configDigest": "D",
             "mediaType": "application/vnd.oci.image.manifest.v1+json", "tags": ["registry.example.com/app:1"],
             "pushed": [{"reference": "registry.example.com/app:1", "digest": "D"}],
             "platform": "windows/amd64", "osVersion": "10.0.20348.2227",
             "baseImages": [{"reference": "mcr.microsoft.com/windows/nanoserver:ltsc2022", "digest": "D", "osVersion": "10.0.20348.2227"}],
             "layers": [{"digest": "D", "diffId": "D", "mediaType": "m", "size": 10, "uncompressedSize": -1, "cached": false, "base": true}],
             "steps": [{"stage": "0", "line": 2, "text": "COPY a b", "start": "2026-01-02T03:04:05.6Z", "durationMillis": 5,
                        "cached": true, "layer": "D"}],
             "totals": {"layers": 1, "size": 10, "steps": 1, "cachedSteps": 1, "durationMillis": 77, "uploadedBytes": 3},
             "warnings": [{"rule": "R", "message": "m", "line": 1}], "somethingNewer": {"a": [1]},
             "containerimage.digest": "D"}
            """.replace("\"D\"", "\"" + DIGEST + "\"");

    private static final String FAILURE = """
            {"formatVersion": 1, "buildId": "0123456789ab", "result": "failure", "tags": [],
             "error": {"kind": "run-step-failed", "message": "M", "line": 7, "exitCode": 3, "output": ["one", "two"]}}
            """;

    @Test
    public void everything_a_build_tells_is_kept() throws Exception {
        WindowsImageRecord record = read(SUCCESS);
        assertEquals(Outcome.SUCCESS, record.result());
        assertEquals(DIGEST, record.digest());
        assertEquals("registry.example.com/app@" + DIGEST, record.pushed().get(0).pinned());
        assertEquals("10.0.20348.2227", record.osVersion());
        assertEquals(-1, record.layers().get(0).uncompressedSize());
        assertTrue(record.layers().get(0).base());
        assertEquals("COPY a b", record.steps().get(0).text());
        assertEquals(77, record.totals().durationMillis());
        assertEquals("windows-1", record.agent());
        assertEquals("Build", record.stage());
        assertEquals(1000, record.startMillis());
        assertNull(record.error());
    }

    @Test
    public void a_failure_keeps_line_and_the_last_twenty_lines() throws Exception {
        assertEquals(7, (int) read(FAILURE).error().line());
        String lines = "\"x\",".repeat(30) + "\"last\"";
        WindowsImageRecord.Failure error =
                read(FAILURE.replace("\"one\", \"two\"", lines)).error();
        assertEquals(20, error.output().size());
        assertEquals("last", error.output().get(19));
    }

    @Test
    public void a_record_survives_json_and_java_serialisation() throws Exception {
        WindowsImageRecord record = read(SUCCESS);
        JsonMapper mapper = new JsonMapper();
        assertEquals(record, mapper.readValue(mapper.writeValueAsBytes(record), WindowsImageRecord.class));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(record);
        assertEquals(record, new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject());
    }

    @Test
    public void control_characters_and_long_texts_do_not_come_through() throws Exception {
        WindowsImageRecord record = read(SUCCESS.replace("COPY a b", "\\u001b[31mRED\\u202e" + "x".repeat(10_000)));
        String text = record.steps().get(0).text();
        assertFalse(text, text.contains("\u001b") || text.contains("\u202e"));
        assertTrue(text.length() <= WindowsImageRecord.MAXIMUM_TEXT + 1);
    }

    @Test
    public void what_has_not_its_form_is_refused() {
        refused(SUCCESS.replace("\"digest\": \"" + DIGEST, "\"digest\": \"sha256:<script>"));
        refused(SUCCESS.replace("0123456789ab", "../../../etc"));
        refused(SUCCESS.replace("registry.example.com/app:1", "<img src=x onerror=alert(1)>"));
        refused(SUCCESS.replace("\"10.0.20348.2227\"", "\"10.0<b>\""));
        refused(SUCCESS.replace("windows/amd64", "../../amd64"));
        refused(SUCCESS.replace("\"size\": 10,", "\"size\": -1,"));
        refused(SUCCESS.replace("\"size\": 10,", "\"size\": \"10\","));
        refused(SUCCESS.replace("\"size\": 10,", "\"size\": 1e3000,"));
        refused(SUCCESS.replace("\"line\": 2", "\"line\": 99999999999"));
        refused(SUCCESS.replace("\"success\"", "0"));
        refused(SUCCESS.replace("\"success\"", "\"great\""));
        refused(SUCCESS.replace("\"tags\": [\"registry.example.com/app:1\"]", "\"tags\": {}"));
        refused(SUCCESS.replace("\"tags\": [\"registry.example.com/app:1\"]", "\"tags\": [null]"));
        refused(SUCCESS.replace("\"formatVersion\": 1", "\"formatVersion\": 2"));
        refused(SUCCESS.replace("\"digest\": \"" + DIGEST + "\", \"configDigest\"", "\"configDigest\""));
        refused(FAILURE.replace("run-step-failed", "<b>"));
        refused("");
        refused("null");
        refused("[]");
        refused("{");
        refused(SUCCESS + "{}");
        refused("[".repeat(100_000));
        refused("{\"steps\": [" + "{},".repeat(20_000) + "{}]}");
    }

    @Test
    public void what_is_too_large_is_refused() {
        IOException e = assertThrows(
                IOException.class, () -> ResultReader.read(new byte[ResultReader.MAXIMUM_BYTES + 1], ORIGIN));
        assertTrue(e.getMessage(), e.getMessage().contains("larger than 8 MB"));
    }

    private static void refused(String json) {
        IOException e = assertThrows(json, IOException.class, () -> read(json));
        assertTrue(e.getMessage(), e.getMessage().startsWith("The result that the agent sent is refused: "));
        assertTrue(e.getMessage(), e.getMessage().length() < 500);
    }

    private static WindowsImageRecord read(String json) throws IOException {
        return ResultReader.read(json.getBytes(StandardCharsets.UTF_8), ORIGIN);
    }
}
