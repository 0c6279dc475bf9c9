package io.jenkins.plugins.windowsimage.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.windowsimage.action.BuildProgress;
import io.jenkins.plugins.windowsimage.action.ResultReader.Origin;
import io.jenkins.plugins.windowsimage.action.WindowsImageAction;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Kind;
import io.jenkins.plugins.windowsimage.agent.EngineEvents;
import io.jenkins.plugins.windowsimage.agent.EngineOutcome;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.util.Timer;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;

/**
 * Has the engine do a request on the agent of the surrounding {@code node}, and turns its end into the step's value or failure.
 * The engine's process is followed by the machinery of {@code sh} and {@code bat}, so it goes on while the controller restarts or
 * the agent reconnects. Stored with the running build; fields are never renamed.
 */
final class ImageStepExecution extends StepExecution {
    private static final long serialVersionUID = 1L;
    private static final Logger LOGGER = Logger.getLogger(ImageStepExecution.class.getName());
    private static final long RETRY_SECONDS = 5;

    private final ImageRequest request;
    private final String key = UUID.randomUUID().toString();
    private long startMillis;
    /** Counted from 0; each is a process of its own. */
    private int attempt;
    /** Follows the process of this attempt; null while it is being started. */
    private StepExecution process;
    /** Set as soon as the step has ended, so that it ends once. */
    private boolean ended;

    private transient volatile Throwable stopCause;

    ImageStepExecution(StepContext context, ImageRequest request) {
        super(context);
        this.request = request;
    }

    @Override
    public boolean start() {
        startMillis = System.currentTimeMillis();
        inBackground(this::launch);
        return false;
    }

    @Override
    public void onResume() {
        if (process == null) {
            inBackground(this::launch);
        } else {
            inBackground(() -> followEvents(getContext().get(Run.class)));
            process.onResume();
        }
    }

    /** Has the build page show how far the work is. */
    private void followEvents(Run<?, ?> run) {
        if (request.kind() == Kind.BUILD) {
            EngineEvents.listen(key, progress(run)::accept);
        }
    }

    private BuildProgress progress(Run<?, ?> run) {
        return BuildProgress.of(run, key, request.tags().get(0));
    }

    private void forgetEvents() throws IOException, InterruptedException {
        EngineEvents.forget(key);
        if (request.kind() == Kind.BUILD) {
            progress(getContext().get(Run.class)).end();
        }
    }

    @Override
    public void stop(@NonNull Throwable cause) throws Exception {
        stopCause = cause;
        StepExecution current = process;
        if (current == null) {
            end(() -> getContext().onFailure(cause));
        } else {
            current.stop(cause);
        }
    }

    @Override
    public String getStatus() {
        StepExecution current = process;
        return current == null ? "starting the engine" : current.getStatus();
    }

    private void launch() throws Exception {
        if (stopCause != null) {
            return;
        }
        StepExecution execution;
        try {
            Run<?, ?> run = getContext().get(Run.class);
            followEvents(run);
            execution = new EngineStep(ImageLaunch.task(run, request, attempt, key)).start(new ProcessContext(this));
            execution.start();
        } catch (IOException e) {
            conclude(ImageEnd.notStarted(sentence(e), request, origin()), e);
            return;
        }
        process = execution;
        getContext().saveState();
        if (stopCause != null) {
            execution.stop(stopCause);
        }
    }

    /** The process is over. */
    void processEnded(String output) {
        inBackground(() -> conclude(ImageEnd.of(EngineOutcome.parse(output), request, origin())));
    }

    /** The process could not be followed to its end: the agent is gone for good, or it did not stop. */
    void processFailed(Throwable cause) {
        inBackground(() -> conclude(ImageEnd.notStarted(sentence(cause), request, origin()), cause));
    }

    private static String sentence(Throwable problem) {
        return problem.getMessage() == null ? problem.toString() : problem.getMessage();
    }

    private void conclude(ImageEnd end) throws IOException, InterruptedException {
        if (stopCause == null && end.isPushFailure() && attempt < request.pushRetries()) {
            retry(end);
            return;
        }
        conclude(end, failure(end));
    }

    private void conclude(ImageEnd end, Throwable failure) throws IOException, InterruptedException {
        forgetEvents();
        if (end.record() != null) {
            if (request.metadataFile() != null) {
                writeMetadata(end);
            }
            WindowsImageAction.add(getContext().get(Run.class), end.record());
        }
        end(() -> {
            if (failure == null) {
                getContext().onSuccess(end.record() == null ? null : new WindowsImage(end.record()));
            } else {
                getContext().onFailure(failure);
            }
        });
    }

    /** What the step fails with; null when it succeeded. */
    private Throwable failure(ImageEnd end) {
        if (stopCause != null) {
            return stopCause;
        }
        if (end.isSuccess()) {
            return null;
        }
        return end.lost()
                ? new FlowInterruptedException(Result.FAILURE, false, new EngineLostCause(end.problem()))
                : new AbortException(end.problem());
    }

    private void retry(ImageEnd end) throws IOException, InterruptedException {
        attempt++;
        long delay = retryDelay(attempt);
        process = null;
        getContext().saveState();
        getContext().get(TaskListener.class).getLogger().println(Messages.ImageStepExecution_retry(
                end.problem(), delay, attempt, request.pushRetries()));
        Timer.get().schedule(() -> inBackground(this::launch), delay, TimeUnit.SECONDS);
    }

    /** Seconds to wait before this further attempt, counted from 1. */
    static long retryDelay(int attempt) {
        return RETRY_SECONDS << (attempt - 1);
    }

    private void writeMetadata(ImageEnd end) throws IOException, InterruptedException {
        FilePath workspace = getContext().get(FilePath.class);
        if (workspace != null) {
            MetadataFile.write(workspace.child(request.metadataFile()), end.record());
        }
    }

    private Origin origin() {
        String stage = null;
        String agent = "";
        try {
            stage = EnclosingStage.of(getContext().get(FlowNode.class));
            Computer computer = getContext().get(Computer.class);
            agent = computer == null ? "" : computer.getName();
        } catch (IOException | InterruptedException e) {
            LOGGER.log(Level.FINE, "cannot tell stage and agent", e);
        }
        return new Origin(request.kind(), startMillis, stage, agent);
    }

    private void inBackground(Work work) {
        Computer.threadPoolForRemoting.submit(() -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                end(() -> getContext().onFailure(e));
            } catch (Exception e) {
                end(() -> getContext().onFailure(e));
            }
        });
    }

    private void end(Runnable how) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
        }
        how.run();
    }

    private interface Work {
        void run() throws Exception;
    }
}
