package io.jenkins.plugins.windowsimage.engine.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.build.BuildResult;
import io.jenkins.plugins.windowsimage.engine.store.WriteFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes files that other programs wait for: they see the whole content or no file. What is no file, such as a pipe, is written to. */
final class ResultFile {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private ResultFile() {}

    static void write(Path file, BuildResult result) {
        try {
            write(file, MAPPER.writeValueAsBytes(result));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a result cannot be written as JSON", e);
        }
    }

    /** @throws EngineException of kind IO_ERROR that names the file */
    static void write(Path file, byte[] content) {
        Path directory = file.toAbsolutePath().getParent();
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                Files.write(file, content, StandardOpenOption.WRITE);
                return;
            }
            Path temporary = Files.createTempFile(directory, "." + file.getFileName(), ".tmp");
            try {
                Files.write(temporary, content);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw WriteFailure.explain("the result", file, e);
        }
    }
}
