package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.plan.BaseConfigs;
import java.time.Clock;

/** Answers what base images look like out of the store and the registries. */
public final class BuildPlanning {
    private BuildPlanning() {}

    /**
     * The configs of base images as a build would find them.
     *
     * @param hostVersion version of this Windows host; null elsewhere
     */
    public static BaseConfigs baseConfigs(
            Engine engine, BuildOptions.PullPolicy pull, String hostVersion, BuildListener listener, Clock clock) {
        BaseImages images = new BaseImages(engine, pull, hostVersion, listener, clock);
        return (source, platform) -> images.find(source, platform).config();
    }
}
