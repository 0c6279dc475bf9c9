package io.jenkins.plugins.windowsimage.engine.windows.machine;

import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import io.jenkins.plugins.windowsimage.engine.windows.LayerStorage;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.io.IOException;
import java.nio.file.Path;

/** Makes the layer storage of a Windows machine. */
@FunctionalInterface
public interface LayerStorageFactory {
    LayerStorage create(WindowsApi api, Path storageRoot, ContentStore store) throws IOException;
}
