package io.jenkins.plugins.windowsimage.action;

import com.fasterxml.jackson.databind.json.JsonMapper;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Action;
import hudson.model.InvisibleAction;
import hudson.model.Item;
import hudson.model.Run;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import jenkins.model.TransientActionFactory;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.StaplerResponse2;
import org.kohsuke.stapler.WebMethod;
import org.kohsuke.stapler.verb.GET;

/** The image builds of a run that run now; the build page shows them and asks every few seconds how far they are. */
@Restricted(NoExternalUse.class)
public final class WindowsImageProgressAction extends InvisibleAction {
    static final String URL = "windows-images-progress";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Run<?, ?> run;

    WindowsImageProgressAction(Run<?, ?> run) {
        this.run = run;
    }

    /** Below Jenkins. */
    @NonNull
    public String getStatusUrl() {
        return run.getUrl() + URL + "/status";
    }

    @Override
    public String getUrlName() {
        return URL;
    }

    /** {@code {"building": true, "images": [{"image", "step", "steps", "percent", "current", "text"}]}}. */
    @GET
    @WebMethod(name = "status")
    public void doStatus(StaplerResponse2 response) throws IOException {
        run.getParent().checkPermission(Item.READ);
        List<Image> images = BuildProgress.running(run).stream()
                .map(build -> new Image(
                        build.image(), build.step(), build.steps(), build.percent(), build.current(), build.text()))
                .toList();
        response.setContentType("application/json;charset=UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.getWriter().write(MAPPER.writeValueAsString(new Status(run.isBuilding(), images)));
    }

    private record Status(boolean building, List<Image> images) {}

    private record Image(String image, int step, int steps, int percent, String current, String text) {}

    /** Gives the action to running builds of jobs that build images or have built some. */
    @Extension
    public static final class Factory extends TransientActionFactory<Run<?, ?>> {
        @SuppressWarnings("unchecked")
        @Override
        public Class<Run<?, ?>> type() {
            return (Class<Run<?, ?>>) (Class<?>) Run.class;
        }

        @NonNull
        @Override
        public Collection<? extends Action> createFor(@NonNull Run<?, ?> run) {
            return BuildProgress.isFollowed(run) ? List.of(new WindowsImageProgressAction(run)) : List.of();
        }
    }
}
