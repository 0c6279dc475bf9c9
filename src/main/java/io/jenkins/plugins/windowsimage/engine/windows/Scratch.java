package io.jenkins.plugins.windowsimage.engine.windows;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.layer.Compression;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** The writable layer of one container. For one thread at a time. */
public interface Scratch extends Closeable {

    /** Absolute directory that holds the disk. */
    Path directory();

    /**
     * Attaches the disk and merges it with the layers below.
     *
     * @return the volume, such as <code>\\?\Volume{...}\</code>, with a backslash at its end
     */
    String mount() throws IOException;

    /** Takes the mount back; does nothing when there is none. A container with hyper-v isolation needs the disk detached. */
    void unmount() throws IOException;

    /**
     * Writes what changed since the layer was made into the content store as an image layer. The container has ended before;
     * mounted or not, the scratch is unmounted afterwards.
     *
     * @param timestamp seconds since 1970 that every time in the layer is set to; null to keep the real ones
     * @throws io.jenkins.plugins.windowsimage.engine.EngineException of kind LAYER_EXPORT_FAILED
     */
    LayerBlob capture(Compression compression, int compressionLevel, Long timestamp, Cancellation cancellation)
            throws IOException;

    /** Unmounts and destroys the layer. What Windows still holds is left to the next {@link LayerStorage#sweep()}. */
    @Override
    void close() throws IOException;
}
