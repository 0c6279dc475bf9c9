package io.jenkins.plugins.windowsimage.engine.windows.storage;

import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import io.jenkins.plugins.windowsimage.engine.windows.Retry;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;

/** What the parts of the layer storage share. */
record StorageParts(
        WindowsApi api,
        LayerDriver driver,
        LayerDirectories directories,
        LayerRemoval removal,
        ContentStore store,
        ExecutorService workers,
        Consumer<String> warnings,
        Retry retry) {}
