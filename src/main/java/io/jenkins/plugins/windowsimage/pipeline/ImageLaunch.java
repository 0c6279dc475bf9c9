package io.jenkins.plugins.windowsimage.pipeline;

import hudson.AbortException;
import hudson.model.Run;
import io.jenkins.plugins.windowsimage.agent.EngineTask;
import io.jenkins.plugins.windowsimage.config.Registry;
import io.jenkins.plugins.windowsimage.config.RunCredentials;
import io.jenkins.plugins.windowsimage.config.WindowsImageConfiguration;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Makes ready what starts the engine for a request: credentials are looked up anew for each start. */
final class ImageLaunch {
    private ImageLaunch() {}

    /**
     * @param key under which the events of the engine are passed on
     * @throws AbortException if credentials are missing or of no use
     */
    static EngineTask task(Run<?, ?> run, ImageRequest request, int attempt, String key)
            throws IOException, InterruptedException {
        RunCredentials credentials = RunCredentials.of(run, request.registries(), request.secrets());
        WindowsImageConfiguration configuration = WindowsImageConfiguration.get();
        Map<String, String> environment = new HashMap<>(credentials.environment());
        Set<String> insecure = new LinkedHashSet<>(configuration.insecureRegistryHosts());
        request.registries().stream().filter(Registry::isPlainHttp).map(Registry::host).forEach(insecure::add);
        if (!insecure.isEmpty()) {
            environment.put("WINDOWS_IMAGE_INSECURE_REGISTRIES", String.join(",", insecure));
        }
        if (configuration.getStorageRoot() != null) {
            environment.put("WINDOWS_IMAGE_ROOT", configuration.getStorageRoot());
        }
        return new EngineTask(request.arguments(attempt), environment, credentials.mask(), request.isQuiet(), key);
    }
}
