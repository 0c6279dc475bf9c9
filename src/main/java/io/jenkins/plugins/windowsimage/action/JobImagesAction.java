package io.jenkins.plugins.windowsimage.action;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Action;
import hudson.model.Api;
import hudson.model.Job;
import java.util.List;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * The latest images of a job and how they changed. Jobs have it whose last successful build has images
 * ({@link jenkins.tasks.SimpleBuildStep.LastBuildAction}).
 */
@Restricted(NoExternalUse.class)
@ExportedBean
public final class JobImagesAction implements Action {
    private final Job<?, ?> job;

    JobImagesAction(Job<?, ?> job) {
        this.job = job;
    }

    @NonNull
    public Job<?, ?> getJob() {
        return job;
    }

    /** The images of the newest build that has some; null when there is none any more. */
    @CheckForNull
    public WindowsImageAction getLatest() {
        List<WindowsImageAction> builds = getBuilds();
        return builds.isEmpty() ? null : builds.get(0);
    }

    @NonNull
    public List<ImageTrend> getTrends() {
        return ImageTrend.of(job);
    }

    /** The newest builds with their images, newest first. */
    @NonNull
    public List<WindowsImageAction> getBuilds() {
        return ImageHistory.builds(job);
    }

    @Exported
    public List<ExportedImage> getImages() {
        WindowsImageAction latest = getLatest();
        return latest == null ? List.of() : latest.getExportedImages();
    }

    public Api getApi() {
        return new Api(this);
    }

    @Override
    public String getIconFileName() {
        return WindowsImageAction.SYMBOL;
    }

    @Override
    public String getDisplayName() {
        return Messages.WindowsImageAction_displayName();
    }

    @Override
    public String getUrlName() {
        return WindowsImageAction.URL;
    }
}
