package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Small JSON files that are replaced as a whole: readers see the old one or the new one. */
final class RecordFile {
    private static final String SUFFIX = ".json";

    private RecordFile() {}

    static Path in(Path directory, String name) {
        return directory.resolve(name + SUFFIX);
    }

    /** Writes a record that survives a loss of power. */
    static void write(StorageRoot root, Path target, Object value) throws IOException {
        write(root, target, value, true);
        DurableFiles.syncDirectory(target.getParent());
    }

    /** Writes a record that may be lost with the power, when it can be made again. */
    static void writeExpendable(StorageRoot root, Path target, Object value) throws IOException {
        write(root, target, value, false);
    }

    private static void write(StorageRoot root, Path target, Object value, boolean sync) throws IOException {
        try (TemporaryFile file = TemporaryFile.create(root)) {
            ByteBuffer bytes = ByteBuffer.wrap(ImageJson.write(value));
            while (bytes.hasRemaining()) {
                file.channel().write(bytes);
            }
            if (sync) {
                file.sync();
            }
            file.moveTo(target);
        } catch (IOException e) {
            throw WriteFailure.explain("the record " + target.getFileName(), target, e);
        }
    }

    /** Reads a record; empty if there is none, or if it is damaged (a power cut may leave an expendable one so). */
    static <T> Optional<T> read(Path file, Class<T> type) throws IOException {
        try {
            return Optional.of(ImageJson.read(Files.readAllBytes(file), type, "record"));
        } catch (NoSuchFileException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The records of a directory. */
    static List<Path> list(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> records = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            records.forEach(files::add);
        }
        return files;
    }
}
