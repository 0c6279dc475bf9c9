package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process that is in the middle of everything at once, and stays there until it is killed. */
final class HeldStore {
    static final byte[] CONTENT = new byte[1000];
    static final Descriptor DOWNLOAD = Descriptor.of("x", CONTENT);
    static final byte[] COMMITTED = new byte[10];

    private HeldStore() {}

    /** Argument: storage root. Prints a line when it is there. */
    public static void main(String... arguments) throws IOException {
        StorageRoot root = new StorageRoot(Path.of(arguments[0]));
        try (DiskContentStore store = new DiskContentStore(root);
                BuildDirectory directory = BuildDirectory.create(root, BuildId.next());
                BlobWriter layer = store.writer();
                BlobWriter download = store.resume(DOWNLOAD)) {
            SampleImage.put(store, "x", COMMITTED);
            Files.writeString(Files.createDirectory(directory.path().resolve("mount")).resolve("file"), "x");
            layer.write(CONTENT, 0, 500);
            download.write(CONTENT, 0, 500);
            System.out.println("ready");
            while (System.in.read() >= 0) {
                // Until the pipe ends or this process does.
            }
        }
    }
}
