package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.registry.TransferProgress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Tells transfers as events, each blob about once a second. Thread-safe. */
final class TransferEvents implements TransferProgress {
    private static final long INTERVAL_NANOS = 1_000_000_000L;

    private final BuildListener listener;
    private final String direction;
    private final String image;
    private final Map<Digest, Long> told = new ConcurrentHashMap<>();

    /**
     * @param direction {@code pull} or {@code push}
     * @param image whose blobs they are
     */
    TransferEvents(BuildListener listener, String direction, String image) {
        this.listener = listener;
        this.direction = direction;
        this.image = image;
    }

    @Override
    public void transferred(Descriptor blob, long bytes) {
        long now = System.nanoTime();
        Long last = told.get(blob.digest());
        if (last == null || now - last >= INTERVAL_NANOS) {
            told.put(blob.digest(), now);
            tell(blob, "running", bytes);
        }
    }

    @Override
    public void done(Descriptor blob, Outcome outcome) {
        told.remove(blob.digest());
        switch (outcome) {
            case EXISTED -> tell(blob, "exists", blob.size());
            case MOUNTED -> tell(blob, "mounted", blob.size());
            case TRANSFERRED -> tell(blob, "done", blob.size());
        }
    }

    private void tell(Descriptor blob, String state, long bytes) {
        listener.on(new BuildEvent.Transfer(direction, image, blob.digest(), state, bytes, blob.size()));
    }
}
