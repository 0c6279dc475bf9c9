package io.jenkins.plugins.windowsimage.freestyle;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.model.EnvironmentContributingAction;
import hudson.model.InvisibleAction;
import hudson.model.Run;
import io.jenkins.plugins.windowsimage.pipeline.WindowsImage;

/** Tells the build steps that follow which image was built; of several, the last. Stored in builds; fields are never renamed. */
public final class ImageEnvironment extends InvisibleAction implements EnvironmentContributingAction {
    private final String digest;
    private final String imageId;
    private final String reference;
    private final String tags;

    ImageEnvironment(WindowsImage image) {
        digest = image.getDigest();
        imageId = image.getImageId();
        reference = image.getReference();
        tags = String.join(" ", image.getTags());
    }

    @Override
    public void buildEnvironment(@NonNull Run<?, ?> run, @NonNull EnvVars env) {
        put(env, "WINDOWS_IMAGE_DIGEST", digest);
        put(env, "WINDOWS_IMAGE_ID", imageId);
        put(env, "WINDOWS_IMAGE_REFERENCE", reference);
        put(env, "WINDOWS_IMAGE_TAGS", tags);
    }

    private static void put(EnvVars env, String name, String value) {
        if (value != null) {
            env.put(name, value);
        }
    }
}
