package io.jenkins.plugins.windowsimage.pipeline;

import io.jenkins.plugins.windowsimage.agent.EngineTask;
import org.jenkinsci.plugins.durabletask.DurableTask;
import org.jenkinsci.plugins.workflow.steps.durable_task.DurableTaskStep;

/** Lends the machinery of {@code sh} and {@code bat} to an {@link EngineTask}. Never configured by anyone, so without descriptor. */
final class EngineStep extends DurableTaskStep {
    private final EngineTask task;

    EngineStep(EngineTask task) {
        this.task = task;
        // The output, which is how the process ended, becomes the value that ProcessContext gets.
        setReturnStdout(true);
    }

    @Override
    protected DurableTask task() {
        return task;
    }
}
