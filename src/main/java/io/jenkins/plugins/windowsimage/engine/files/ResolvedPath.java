package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a path leads in an image, links followed.
 *
 * @param path relative to {@code C:\}, with {@code /} between the parts; a part that does not exist is taken as it is
 * @param missing the directories on the way that do not exist, the outermost first
 */
public record ResolvedPath(String path, List<String> missing) {
    private static final int MOST_LINKS = 40;

    public ResolvedPath {
        missing = List.copyOf(missing);
    }

    /**
     * Follows a path.
     *
     * @param purpose for messages, such as {@code cannot copy to C:\app}
     * @throws EngineException of kind INVALID_INSTRUCTION if it leads through a file or in a circle of links
     */
    public static ResolvedPath of(String path, Destination image, String purpose) throws IOException {
        String followed = path;
        for (int links = 0; links <= MOST_LINKS; links++) {
            List<String> missing = new ArrayList<>();
            List<String> parts = WindowsPath.parts(followed);
            String here = "";
            String behindLink = null;
            for (int i = 0; i < parts.size() && behindLink == null; i++) {
                here = WindowsPath.join(here, parts.get(i));
                boolean last = i == parts.size() - 1;
                Optional<FileNode> node = image.find(here);
                if (node.isEmpty() && !last) {
                    missing.add(here);
                } else if (node.isPresent() && node.get().type() == FileType.SYMLINK) {
                    String rest = String.join("/", parts.subList(i + 1, parts.size()));
                    behindLink = WindowsPath.join(LinkResolution.target(node.get()), rest);
                } else if (node.isPresent() && node.get().type() == FileType.FILE && !last) {
                    throw refused(purpose, "C:\\" + here.replace('/', '\\') + " is a file in the image");
                }
            }
            if (behindLink == null) {
                return new ResolvedPath(here, missing);
            }
            followed = behindLink;
        }
        throw refused(purpose, "the links on the way to it lead in a circle");
    }

    private static EngineException refused(String purpose, String problem) {
        return new EngineException(ErrorKind.INVALID_INSTRUCTION, purpose + ": " + problem);
    }
}
