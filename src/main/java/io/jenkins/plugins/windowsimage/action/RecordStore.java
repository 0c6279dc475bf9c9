package io.jenkins.plugins.windowsimage.action;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import hudson.util.AtomicFileWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The records of one run, each in a file of its own ({@code windows-images/0123456789ab.json} in the run's
 * directory): adding an image writes that image alone, and {@code build.xml} stays small. Files appear whole or not
 * at all.
 */
final class RecordStore {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            // A later version may have written more.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final Path directory;

    /** @param run the run's directory */
    RecordStore(Path run) {
        this.directory = run.resolve("windows-images");
    }

    void write(WindowsImageRecord record) throws IOException {
        Files.createDirectories(directory);
        try (AtomicFileWriter writer = new AtomicFileWriter(file(record.buildId()), StandardCharsets.UTF_8)) {
            try {
                writer.write(MAPPER.writeValueAsString(record));
                writer.commit();
            } finally {
                writer.abort();
            }
        }
    }

    /** @throws IOException if the file is missing or is not a record */
    WindowsImageRecord read(String buildId) throws IOException {
        return MAPPER.readValue(Files.readString(file(buildId)), WindowsImageRecord.class);
    }

    private Path file(String buildId) {
        return directory.resolve(buildId + ".json");
    }
}
