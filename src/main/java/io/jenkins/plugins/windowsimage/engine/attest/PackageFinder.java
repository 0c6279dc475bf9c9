package io.jenkins.plugins.windowsimage.engine.attest;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.files.FileNode;
import io.jenkins.plugins.windowsimage.engine.files.FileTree;
import io.jenkins.plugins.windowsimage.engine.files.FileType;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Finds the software in the files of an image. For one thread at a time. */
public final class PackageFinder {
    /** Files that are listed one by one at most; how many more there are is stated. */
    public static final int MOST_FILES = 10_000;
    /** Package files that are read at most. */
    private static final int MOST_PACKAGE_FILES = 200_000;

    private final Cancellation cancellation;

    public PackageFinder(Cancellation cancellation) {
        this.cancellation = cancellation;
    }

    /**
     * Looks through all files of a tree.
     *
     * @param listed which files are named one by one, with their digest, unless they lie in a folder {@code node_modules}; the
     *     first {@value #MOST_FILES} in the order of their paths are
     * @param software takes what is found
     */
    public void find(FileTree tree, Predicate<FileNode> listed, SoftwareList software) throws IOException {
        List<FileNode> wanted = new ArrayList<>();
        Set<FileNode> named = new HashSet<>();
        int packageFiles = 0;
        Deque<FileNode> left = new ArrayDeque<>();
        tree.find("").ifPresent(left::push);
        while (!left.isEmpty()) {
            cancellation.check();
            List<FileNode> children = tree.children(left.pop());
            for (int i = children.size() - 1; i >= 0; i--) {
                if (children.get(i).isDirectory()) {
                    left.push(children.get(i));
                }
            }
            for (FileNode file : children) {
                if (file.type() != FileType.FILE) {
                    continue;
                }
                boolean isPackage = PackageMetadata.of(file.path()).isPresent() && packageFiles++ < MOST_PACKAGE_FILES;
                boolean isListed = !isInNodeModules(file.path()) && listed.test(file);
                if (isListed && named.size() >= MOST_FILES) {
                    software.omitFile();
                    isListed = false;
                }
                if (isListed) {
                    named.add(file);
                }
                if (isPackage || isListed) {
                    wanted.add(file);
                }
            }
        }
        tree.read(wanted, (file, content) -> read(file, content, named.contains(file), software));
    }

    private static boolean isInNodeModules(String path) {
        return ("/" + path).contains("/node_modules/");
    }

    private void read(FileNode file, InputStream content, boolean isNamed, SoftwareList software) throws IOException {
        cancellation.check();
        MessageDigest digest = Digest.start();
        TornStream checked = new TornStream(content);
        DigestInputStream hashed = new DigestInputStream(checked, digest);
        Optional<PackageMetadata> metadata = PackageMetadata.of(file.path());
        if (metadata.isPresent()) {
            try {
                metadata.get().read(hashed).forEach(component -> software.add(component, file.path()));
            } catch (IOException e) {
                if (checked.failure != null) {
                    throw checked.failure;
                }
                // A file that only has the name of a package file; it must not end the build.
                software.unreadable(file.path());
            }
        }
        if (isNamed) {
            byte[] buffer = new byte[64 * 1024];
            while (hashed.read(buffer) >= 0) {
                continue;
            }
            software.add(Component.file(file.path(), Digest.of(digest).hex()), file.path());
        }
    }

    /** Tells failures of the image's layers from those of what lies in them; stays open. */
    private static final class TornStream extends FilterInputStream {
        private IOException failure;

        TornStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        public void close() {
            // The tree goes on with the next file.
        }
    }
}
