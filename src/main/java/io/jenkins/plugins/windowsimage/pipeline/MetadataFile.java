package io.jenkins.plugins.windowsimage.pipeline;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hudson.FilePath;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Tells later steps about an image without a script: a JSON file with the keys of {@code docker buildx} and the record's own. */
final class MetadataFile {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private MetadataFile() {}

    static void write(FilePath file, WindowsImageRecord record) throws IOException, InterruptedException {
        ObjectNode json = MAPPER.createObjectNode();
        if (record.digest() != null) {
            json.put("containerimage.digest", record.digest());
        }
        if (record.configDigest() != null) {
            json.put("containerimage.config.digest", record.configDigest());
        }
        if (!record.tags().isEmpty()) {
            json.put("image.name", String.join(",", record.tags()));
        }
        json.setAll((ObjectNode) MAPPER.valueToTree(record));
        FilePath parent = file.getParent();
        if (parent != null) {
            parent.mkdirs();
        }
        file.write(MAPPER.writeValueAsString(json), StandardCharsets.UTF_8.name());
    }
}
