package io.jenkins.plugins.windowsimage.pipeline;

import jenkins.model.CauseOfInterruption;
import org.jenkinsci.plugins.workflow.support.steps.AgentErrorCondition;

/** The engine's process is gone: {@code retry(conditions: [agent()])} tries again. */
public final class EngineLostCause extends CauseOfInterruption implements AgentErrorCondition.Retryable {
    private static final long serialVersionUID = 1L;

    private final String description;

    EngineLostCause(String description) {
        this.description = description;
    }

    @Override
    public String getShortDescription() {
        return description;
    }
}
