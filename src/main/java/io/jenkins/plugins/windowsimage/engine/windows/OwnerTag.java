package io.jenkins.plugins.windowsimage.engine.windows;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * Marks what a process of this program makes in the services of Windows, so that a later one can tell what dead builds left
 * behind. Its text is {@code windows-image.<installation>.<process id>.<start in milliseconds>}.
 *
 * @param installation 8 hexadecimal digits made from the storage root
 * @param pid of the process
 * @param start when the process started, in milliseconds since 1970; tells a process id that was used again
 */
public record OwnerTag(String installation, long pid, long start) {
    private static final String PREFIX = "windows-image.";

    /** The tag of this process for a storage root. */
    public static OwnerTag ofThisProcess(Path storageRoot) {
        ProcessHandle self = ProcessHandle.current();
        return new OwnerTag(installation(storageRoot), self.pid(), startOf(self));
    }

    private static String installation(Path storageRoot) {
        String path = storageRoot.toAbsolutePath().normalize().toString();
        return Digest.of(path).hex().substring(0, 8);
    }

    private static long startOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /**
     * Whether something with this text was made by a process for this installation that runs no more. A name may go on after
     * the tag with a further dot.
     */
    public boolean isOrphan(String text) {
        return parse(text).filter(tag -> tag.installation.equals(installation) && !tag.isAlive()).isPresent();
    }

    private static Optional<OwnerTag> parse(String text) {
        if (text == null || !text.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String[] parts = text.substring(PREFIX.length()).split("\\.");
        if (parts.length < 3 || !parts[1].matches("[0-9]{1,10}") || !parts[2].matches("[0-9]{1,15}")) {
            return Optional.empty();
        }
        return Optional.of(new OwnerTag(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2])));
    }

    private boolean isAlive() {
        return ProcessHandle.of(pid).filter(process -> process.isAlive() && startOf(process) == start).isPresent();
    }

    /** The text for the owner of a compute system. */
    public String text() {
        return PREFIX + installation + "." + pid + "." + start;
    }

    /** The text with something after it that tells several objects of one process apart. */
    public String name(String suffix) {
        return text() + "." + suffix;
    }
}
