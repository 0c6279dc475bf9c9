package io.jenkins.plugins.windowsimage.action;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Job;
import hudson.model.Run;
import hudson.views.ListViewColumn;
import hudson.views.ListViewColumnDescriptor;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundConstructor;

/** A column of list views: the image that the last successful build of a job made last, and its digest. */
public final class WindowsImageColumn extends ListViewColumn {
    @DataBoundConstructor
    public WindowsImageColumn() {}

    /** Null for a job without an image. */
    @Restricted(NoExternalUse.class)
    @CheckForNull
    public ImagePage page(@NonNull Job<?, ?> job) {
        Run<?, ?> build = job.getLastSuccessfulBuild();
        WindowsImageAction action = build == null ? null : build.getAction(WindowsImageAction.class);
        if (action == null) {
            return null;
        }
        List<ImagePage> pages = action.getPages().stream()
                .filter(page -> page.getSummary().isSuccess())
                .toList();
        return pages.isEmpty() ? null : pages.get(pages.size() - 1);
    }

    @Extension
    @Symbol("windowsImageColumn")
    public static final class DescriptorImpl extends ListViewColumnDescriptor {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.WindowsImageColumn_displayName();
        }

        @Override
        public boolean shownByDefault() {
            return false;
        }
    }
}
