package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.store.BlobWriter;
import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import java.io.IOException;

/** Puts small content that is in memory into a store. */
final class ContentWriting {
    private ContentWriting() {}

    static Digest write(ContentStore store, byte[] content) throws IOException {
        Digest digest = Digest.of(content);
        if (!store.contains(digest)) {
            try (BlobWriter writer = store.writer()) {
                writer.write(content, 0, content.length);
                writer.commit(digest);
            }
        }
        return digest;
    }
}
