package io.jenkins.plugins.windowsimage.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.windowsimage.action.BuildProgress;
import io.jenkins.plugins.windowsimage.action.ResultReader.Origin;
import io.jenkins.plugins.windowsimage.action.WindowsImageAction;
import io.jenkins.plugins.windowsimage.agent.EngineEvents;
import io.jenkins.plugins.windowsimage.agent.EngineOutcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.durabletask.Controller;

/** Does a request while the caller waits, for jobs that do not outlive a restart of the controller anyway. */
public final class ImageWork {
    private static final long SHORTEST_PAUSE = 250;
    private static final long LONGEST_PAUSE = 3_000;
    /** How long the engine may take to stop when the build is aborted. */
    private static final long STOP_SECONDS = 15;

    private final Run<?, ?> run;
    private final FilePath workspace;
    private final EnvVars env;
    private final Launcher launcher;
    private final TaskListener listener;

    public ImageWork(
            @NonNull Run<?, ?> run,
            @NonNull FilePath workspace,
            @NonNull EnvVars env,
            @NonNull Launcher launcher,
            @NonNull TaskListener listener) {
        this.run = run;
        this.workspace = workspace;
        this.env = env;
        this.launcher = launcher;
        this.listener = listener;
    }

    /**
     * Builds an image and remembers it with the run.
     *
     * @throws AbortException with one sentence, if the image cannot be built or pushed
     */
    @NonNull
    public WindowsImage perform(@NonNull WindowsImageBuildStep step) throws IOException, InterruptedException {
        ImageRequest request = step.checkedRequest(workspace);
        Computer computer = workspace.toComputer();
        Origin origin = new Origin(
                request.kind(), System.currentTimeMillis(), null, computer == null ? "" : computer.getName());
        String key = UUID.randomUUID().toString();
        BuildProgress progress = BuildProgress.of(run, key, request.tags().get(0));
        EngineEvents.listen(key, progress::accept);
        ImageEnd end;
        try {
            end = attempts(request, key, origin);
        } finally {
            EngineEvents.forget(key);
            progress.end();
        }
        if (request.metadataFile() != null) {
            MetadataFile.write(workspace.child(request.metadataFile()), end.record());
        }
        WindowsImageAction.add(run, end.record());
        if (!end.isSuccess()) {
            throw new AbortException(end.problem());
        }
        return new WindowsImage(end.record());
    }

    private ImageEnd attempts(ImageRequest request, String key, Origin origin)
            throws IOException, InterruptedException {
        ImageEnd end = attempt(request, 0, key, origin);
        for (int attempt = 1; end.isPushFailure() && attempt <= request.pushRetries(); attempt++) {
            long delay = ImageStepExecution.retryDelay(attempt);
            listener.getLogger().println(
                    Messages.ImageStepExecution_retry(end.problem(), delay, attempt, request.pushRetries()));
            TimeUnit.SECONDS.sleep(delay);
            end = attempt(request, attempt, key, origin);
        }
        return end;
    }

    private ImageEnd attempt(ImageRequest request, int attempt, String key, Origin origin)
            throws IOException, InterruptedException {
        Controller process;
        try {
            process = ImageLaunch.task(run, request, attempt, key).launch(env, workspace, launcher, listener);
        } catch (IOException e) {
            return ImageEnd.notStarted(e.getMessage() == null ? e.toString() : e.getMessage(), request, origin);
        }
        try {
            follow(process);
            return end(process, request, origin);
        } catch (InterruptedException e) {
            stop(process);
            WindowsImageAction.add(run, end(process, request, origin).record());
            throw e;
        } finally {
            process.cleanup(workspace);
        }
    }

    private void follow(Controller process) throws IOException, InterruptedException {
        long pause = SHORTEST_PAUSE;
        while (true) {
            boolean news = process.writeLog(workspace, listener.getLogger());
            if (process.exitStatus(workspace, launcher, listener) != null) {
                return;
            }
            pause = news ? SHORTEST_PAUSE : Math.min(pause * 2, LONGEST_PAUSE);
            Thread.sleep(pause);
        }
    }

    private void stop(Controller process) throws IOException, InterruptedException {
        process.stop(workspace, launcher);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
        do {
            Thread.sleep(SHORTEST_PAUSE);
            process.writeLog(workspace, listener.getLogger());
        } while (process.exitStatus(workspace, launcher, listener) == null && System.nanoTime() < deadline);
    }

    private ImageEnd end(Controller process, ImageRequest request, Origin origin)
            throws IOException, InterruptedException {
        String output = new String(process.getOutput(workspace, launcher), StandardCharsets.UTF_8);
        return ImageEnd.of(EngineOutcome.parse(output), request, origin);
    }
}
