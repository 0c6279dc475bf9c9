package io.jenkins.plugins.windowsimage.action;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.model.Action;
import hudson.model.Api;
import hudson.model.EnvironmentContributingAction;
import hudson.model.Run;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.RunAction2;
import jenkins.tasks.SimpleBuildStep;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * The images of one run: those that were built, pushed, tagged or put into an index, and those that failed. {@code
 * build.xml} keeps a {@linkplain ImageSummary summary} of each; everything else lies in {@linkplain RecordStore files
 * beside it} and is held weakly. Thread-safe.
 */
@ExportedBean
public final class WindowsImageAction
        implements RunAction2, SimpleBuildStep.LastBuildAction, EnvironmentContributingAction {
    /** Name of the page below a build or a job. */
    static final String URL = "windows-images";
    /** The symbol of this plugin. */
    static final String SYMBOL = "symbol-windows-image plugin-windows-image-build";

    private static final Logger LOGGER = Logger.getLogger(WindowsImageAction.class.getName());

    /**
     * Never changed in place, because the run may be saved at any time. A plain ArrayList, which build.xml can
     * keep.
     */
    private volatile List<ImageSummary> images = new ArrayList<>();

    private transient Run<?, ?> run;
    private transient Map<String, WeakReference<WindowsImageRecord>> records = new ConcurrentHashMap<>();

    private WindowsImageAction() {}

    /**
     * Adds what was done to the run, and saves the run once. Adding the same build id again does nothing.
     *
     * @throws IOException if the record, a fingerprint or the run cannot be saved
     */
    public static void add(@NonNull Run<?, ?> run, @NonNull WindowsImageRecord record) throws IOException {
        WindowsImageAction action;
        synchronized (WindowsImageAction.class) {
            action = run.getAction(WindowsImageAction.class);
            if (action == null) {
                action = new WindowsImageAction();
                run.addAction(action);
            }
        }
        action.add(record);
    }

    private synchronized void add(WindowsImageRecord record) throws IOException {
        if (summary(record.buildId()).isPresent()) {
            return;
        }
        new RecordStore(run.getRootDir().toPath()).write(record);
        ImageFingerprints.record(run, record);
        List<ImageSummary> more = new ArrayList<>(images);
        more.add(new ImageSummary(record));
        images = more;
        records.put(record.buildId(), new WeakReference<>(record));
        run.save();
    }

    /** In the order in which they were added. */
    @NonNull
    public List<ImageSummary> getSummaries() {
        return List.copyOf(images);
    }

    /** All records that can be read, in the order in which they were added. */
    @NonNull
    public List<WindowsImageRecord> records() {
        return images.stream()
                .map(image -> record(image.getBuildId()))
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<ImageSummary> summary(String buildId) {
        return images.stream()
                .filter(image -> image.getBuildId().equals(buildId))
                .findFirst();
    }

    /** Empty when its file is gone or damaged, which is logged. */
    Optional<WindowsImageRecord> record(String buildId) {
        WeakReference<WindowsImageRecord> held = records.get(buildId);
        WindowsImageRecord record = held == null ? null : held.get();
        if (record != null) {
            return Optional.of(record);
        }
        try {
            record = new RecordStore(run.getRootDir().toPath()).read(buildId);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Cannot read image " + buildId + " of " + run);
            return Optional.empty();
        }
        records.put(buildId, new WeakReference<>(record));
        return Optional.of(record);
    }

    /** What the pages show, in the order in which the images were added. */
    @Restricted(NoExternalUse.class)
    @NonNull
    public List<ImagePage> getPages() {
        return images.stream().map(image -> new ImagePage(this, image)).toList();
    }

    /** {@code windows-images/0123456789ab/}; null, which answers 404, for a build id that this run does not have. */
    @Restricted(NoExternalUse.class)
    @CheckForNull
    public ImagePage getDynamic(String buildId) {
        return summary(buildId).map(image -> new ImagePage(this, image)).orElse(null);
    }

    @Exported(name = "images")
    @Restricted(NoExternalUse.class)
    public List<ExportedImage> getExportedImages() {
        return records().stream().map(ExportedImage::new).toList();
    }

    @Restricted(NoExternalUse.class)
    public Api getApi() {
        return new Api(this);
    }

    /** How many did not fail. */
    @Restricted(NoExternalUse.class)
    public long getSuccessCount() {
        return images.stream().filter(ImageSummary::isSuccess).count();
    }

    /** One sentence for the build page. */
    @Restricted(NoExternalUse.class)
    public String getHeadline() {
        long good = getSuccessCount();
        long bad = images.size() - good;
        if (bad == 0) {
            return Messages.WindowsImageAction_images(good);
        }
        return good == 0
                ? Messages.WindowsImageAction_notBuilt(bad)
                : Messages.WindowsImageAction_imagesAndNotBuilt(good, bad);
    }

    /**
     * {@code WINDOWS_IMAGE_DIGEST}, {@code WINDOWS_IMAGE_ID} (the config digest), {@code WINDOWS_IMAGE_REFERENCE}
     * ({@code name@sha256:...}) and {@code WINDOWS_IMAGE_TAGS} (separated by blanks) of the image that the run made last, for later
     * build steps of a freestyle job.
     */
    @Override
    public void buildEnvironment(@NonNull Run<?, ?> of, @NonNull EnvVars env) {
        for (ImageSummary image : images) {
            if (image.isSuccess() && image.getDigest() != null) {
                set(env, "WINDOWS_IMAGE_DIGEST", image.getDigest());
                set(env, "WINDOWS_IMAGE_ID", image.getImageId());
                set(env, "WINDOWS_IMAGE_REFERENCE", image.getReference());
                set(env, "WINDOWS_IMAGE_TAGS", image.getTags());
            }
        }
    }

    private static void set(EnvVars env, String name, String value) {
        if (value == null) {
            env.remove(name);
        } else {
            env.put(name, value);
        }
    }

    @NonNull
    public Run<?, ?> getRun() {
        return run;
    }

    @Override
    public String getIconFileName() {
        return SYMBOL;
    }

    @Override
    public String getDisplayName() {
        return Messages.WindowsImageAction_displayName();
    }

    @Override
    public String getUrlName() {
        return URL;
    }

    @Override
    public Collection<? extends Action> getProjectActions() {
        return List.of(new JobImagesAction(run.getParent()));
    }

    @Override
    public void onAttached(Run<?, ?> r) {
        run = r;
    }

    @Override
    public void onLoad(Run<?, ?> r) {
        run = r;
    }

    private Object readResolve() {
        records = new ConcurrentHashMap<>();
        if (images == null) {
            images = new ArrayList<>();
        }
        return this;
    }
}
