package io.jenkins.plugins.windowsimage.engine.windows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Further host names for one container, as a hosts file that is mounted over the image's own. So they reach neither the layer nor
 * a later container.
 *
 * @param file on the host
 */
record HostsFile(Path file) implements AutoCloseable {
    private static final String TARGET = "C:\\Windows\\System32\\drivers\\etc\\hosts";

    /**
     * @param owner marks the file as ours until it is deleted
     * @param hosts name to address
     */
    static HostsFile write(Path directory, OwnerTag owner, Map<String, String> hosts) throws IOException {
        Path file = Files.createTempFile(directory, owner.name("hosts"), null);
        String lines = hosts.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getValue() + " " + entry.getKey() + "\r\n")
                .collect(Collectors.joining());
        Files.writeString(file, lines);
        return new HostsFile(file.toRealPath());
    }

    /** Deletes the files that dead builds left. */
    static void sweep(Path directory, OwnerTag owner) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (owner.isOrphan(file.getFileName().toString())) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    RunRequest.Mount mount() {
        return new RunRequest.Mount(file, TARGET, true);
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + file, e);
        }
    }
}
