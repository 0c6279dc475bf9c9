package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.dockerfile.DockerfileException;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Problem;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Turns the exception that ended a build into what its result says. */
final class FailureReport {
    private static final Logger LOG = Logger.getLogger(FailureReport.class.getName());

    private FailureReport() {}

    static BuildResult.Failure of(EngineException failure) {
        if (failure instanceof StepFailedException step) {
            return new BuildResult.Failure(
                    step.kind().id(), step.getMessage(), step.line(), step.hint(), step.exitCode(), step.output());
        }
        Integer line = null;
        if (failure instanceof StepRefusedException refused) {
            line = refused.line();
        } else if (failure instanceof DockerfileException dockerfile) {
            line = dockerfile.problems().stream().map(Problem::line).filter(number -> number > 0).findFirst().orElse(null);
        }
        return new BuildResult.Failure(failure.kind().id(), failure.getMessage(), line, failure.hint(), null, null);
    }

    static BuildResult.Failure internal(Throwable failure) {
        LOG.log(Level.SEVERE, "internal error", failure);
        return new BuildResult.Failure(
                ErrorKind.INTERNAL.id(), "internal error: " + failure, null, "please report it with the log", null, null);
    }
}
