package io.jenkins.plugins.windowsimage.action;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.model.Run;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Kind;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The files that builds keep: what an earlier version wrote can be read, and the form has not changed unnoticed. */
public class SerialFormTest {
    @Rule
    public TemporaryFolder folder = new TemporaryFolder();

    private static String fixture(String name) throws IOException {
        try (InputStream in = SerialFormTest.class.getResourceAsStream("SerialFormTest/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    public void reads_the_action_of_build_xml() throws Exception {
        WindowsImageAction action = (WindowsImageAction) Run.XSTREAM2.fromXML(fixture("action.xml"));
        List<ImageSummary> images = action.getSummaries();
        assertEquals(2, images.size());
        ImageSummary built = images.get(0);
        assertEquals("000000000001", built.getBuildId());
        assertEquals(Kind.BUILD, built.getKind());
        assertEquals(Outcome.SUCCESS, built.getResult());
        assertEquals(1_790_000_000_000L, built.getStartMillis());
        assertEquals(10_000, built.getDurationMillis());
        assertEquals("Image", built.getStage());
        assertEquals("win-1", built.getAgent());
        assertEquals(SampleRecords.NAME, built.getName());
        assertEquals("registry.example.com/team/app@" + SampleRecords.digest('a'), built.getReference());
        assertEquals(SampleRecords.digest('a'), built.getDigest());
        assertEquals(SampleRecords.digest('c'), built.getImageId());
        assertEquals("10.0.20348.2227", built.getOsVersion());
        assertEquals(1, built.getPushed());
        assertEquals(4, built.getLayers());
        assertEquals(120_000_000, built.getSize());
        assertEquals(3, built.getSteps());
        assertEquals(1, built.getCachedSteps());
        assertNull(built.getError());
        ImageSummary failed = images.get(1);
        assertEquals(Outcome.FAILURE, failed.getResult());
        assertEquals(4, failed.getLine());
        assertEquals("The command ended with exit code 3.", failed.getError());
    }

    @Test
    public void writes_the_action_in_the_same_form() throws Exception {
        String xml = fixture("action.xml");
        assertEquals(xml.strip(), Run.XSTREAM2.toXML(Run.XSTREAM2.fromXML(xml)).strip());
    }

    @Test
    public void reads_an_action_that_has_lost_its_list() {
        WindowsImageAction action = (WindowsImageAction)
                Run.XSTREAM2.fromXML("<io.jenkins.plugins.windowsimage.action.WindowsImageAction/>");
        assertTrue(action.getSummaries().isEmpty());
    }

    @Test
    public void reads_the_details_of_an_image_and_writes_them_in_the_same_form() throws Exception {
        Path run = folder.getRoot().toPath();
        Path file = run.resolve("windows-images").resolve("000000000001.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, fixture("000000000001.json"));

        WindowsImageRecord record = new RecordStore(run).read("000000000001");
        assertEquals(
                SampleRecords.built("000000000001", SampleRecords.NAME, SampleRecords.digest('a')), record);
        new RecordStore(run).write(record);
        ObjectMapper json = new ObjectMapper();
        JsonNode written = json.readTree(Files.readString(file));
        assertEquals(json.readTree(fixture("000000000001.json")), written);
    }

    @Test
    public void reads_details_of_a_version_that_knew_more() throws Exception {
        Path run = folder.getRoot().toPath();
        Path file = run.resolve("windows-images").resolve("000000000001.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, fixture("000000000001.json").replaceFirst("\\{", "{\"newer\": [1],"));
        assertEquals("000000000001", new RecordStore(run).read("000000000001").buildId());
    }
}
