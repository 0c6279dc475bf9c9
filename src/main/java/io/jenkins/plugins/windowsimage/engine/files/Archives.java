package io.jenkins.plugins.windowsimage.engine.files;

import java.io.IOException;
import java.util.Optional;

/** Opens archives for ADD. */
@FunctionalInterface
public interface Archives {
    /** Takes every file for an ordinary one, as COPY does. */
    Archives NONE = (tree, file) -> Optional.empty();

    /**
     * What is in an archive.
     *
     * @param file of type {@link FileType#FILE}
     * @return to be closed by the caller; empty if the content of the file is no archive
     * @throws io.jenkins.plugins.windowsimage.engine.EngineException of kind TAR_EXTRACT_FAILED if the archive is
     *     broken or not safe to unpack
     */
    Optional<FileTree> open(FileTree tree, FileNode file) throws IOException;
}
