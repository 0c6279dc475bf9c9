package io.jenkins.plugins.windowsimage.freestyle;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.AbstractProject;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import io.jenkins.plugins.windowsimage.pipeline.ImageWork;
import io.jenkins.plugins.windowsimage.pipeline.WindowsImageBuildStep;
import java.io.IOException;
import jenkins.tasks.SimpleBuildStep;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/**
 * {@code windowsImageBuild} for jobs without a script: the same parameters, in which variables are replaced, and environment
 * variables in the place of a value that is returned.
 */
public final class WindowsImageBuilder extends Builder implements SimpleBuildStep {
    private final WindowsImageBuildStep image;

    @DataBoundConstructor
    public WindowsImageBuilder(@NonNull WindowsImageBuildStep image) {
        this.image = image;
    }

    @NonNull
    public WindowsImageBuildStep getImage() {
        return image;
    }

    @Override
    public void perform(
            @NonNull Run<?, ?> run,
            @NonNull FilePath workspace,
            @NonNull EnvVars env,
            @NonNull Launcher launcher,
            @NonNull TaskListener listener)
            throws InterruptedException, IOException {
        new ImageWork(run, workspace, env, launcher, listener).perform(image.expanded(env::expand));
    }

    @Extension
    @Symbol("windowsImage")
    public static final class DescriptorImpl extends BuildStepDescriptor<Builder> {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.WindowsImageBuilder_displayName();
        }

        @Override
        public boolean isApplicable(Class<? extends AbstractProject> jobType) {
            return true;
        }
    }
}
