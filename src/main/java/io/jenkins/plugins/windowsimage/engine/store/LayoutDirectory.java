package io.jenkins.plugins.windowsimage.engine.store;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** An OCI image layout as a directory. */
final class LayoutDirectory implements OciLayout.BlobFiles {
    private final Path directory;

    LayoutDirectory(Path directory) {
        this.directory = directory;
    }

    @Override
    public boolean contains(String name) {
        // Pipes and devices would block the reader.
        return Files.isRegularFile(directory.resolve(name));
    }

    @Override
    public Optional<SeekableByteChannel> find(String name) throws IOException {
        return contains(name) ? Optional.of(Files.newByteChannel(directory.resolve(name))) : Optional.empty();
    }

    @Override
    public void close() {
        // Nothing is kept open.
    }
}
