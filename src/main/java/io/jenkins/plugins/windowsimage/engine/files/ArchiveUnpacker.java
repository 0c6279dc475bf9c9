package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Unpacks for ADD what is by its content a tar archive, plain or in gzip, bzip2, xz or zstd; never a zip file. The contents wait
 * in temporary files until they are copied. Thread-safe.
 */
public final class ArchiveUnpacker implements Archives {
    private final Path temporary;
    private final ArchiveLimits limits;
    private final Cancellation cancellation;

    /**
     * Prepares for any number of archives.
     *
     * @param temporary directory for unpacked contents; made when it does not exist
     */
    public ArchiveUnpacker(Path temporary, ArchiveLimits limits, Cancellation cancellation) {
        this.temporary = temporary;
        this.limits = limits;
        this.cancellation = cancellation;
    }

    @Override
    public Optional<FileTree> open(FileTree tree, FileNode file) throws IOException {
        TarSpooler spooler =
                new TarSpooler("the archive " + file.path(), ErrorKind.TAR_EXTRACT_FAILED, limits, cancellation, TarSpooler.Origin.FILE);
        List<FileTree> unpacked = new ArrayList<>(1);
        try {
            tree.read(List.of(file), (node, content) -> spooler.spool(content, temporary).ifPresent(unpacked::add));
        } catch (IOException | RuntimeException e) {
            // The file changed while it was read, which shows at its end.
            for (FileTree opened : unpacked) {
                opened.close();
            }
            throw e;
        }
        return unpacked.stream().findFirst();
    }
}
