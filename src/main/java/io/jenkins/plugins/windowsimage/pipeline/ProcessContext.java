package io.jenkins.plugins.windowsimage.pipeline;

import com.google.common.util.concurrent.ListenableFuture;
import hudson.model.Result;
import java.io.IOException;
import org.jenkinsci.plugins.workflow.steps.BodyInvoker;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** The context that the machinery of durable tasks sees: the step's own, but its end is not yet the step's end. */
final class ProcessContext extends StepContext {
    private static final long serialVersionUID = 1L;

    private final ImageStepExecution execution;

    ProcessContext(ImageStepExecution execution) {
        this.execution = execution;
    }

    private StepContext step() {
        return execution.getContext();
    }

    @Override
    public void onSuccess(Object output) {
        execution.processEnded((String) output);
    }

    @Override
    public void onFailure(Throwable cause) {
        execution.processFailed(cause);
    }

    @Override
    public <T> T get(Class<T> key) throws IOException, InterruptedException {
        return step().get(key);
    }

    @Override
    public boolean isReady() {
        return step().isReady();
    }

    @Override
    public ListenableFuture<Void> saveState() {
        return step().saveState();
    }

    @Override
    public void setResult(Result result) {
        step().setResult(result);
    }

    @Override
    public BodyInvoker newBodyInvoker() {
        return step().newBodyInvoker();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProcessContext context && context.step().equals(step());
    }

    @Override
    public int hashCode() {
        return step().hashCode();
    }
}
