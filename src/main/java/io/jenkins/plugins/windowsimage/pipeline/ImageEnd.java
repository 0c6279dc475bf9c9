package io.jenkins.plugins.windowsimage.pipeline;

import edu.umd.cs.findbugs.annotations.Nullable;
import io.jenkins.plugins.windowsimage.action.ResultReader;
import io.jenkins.plugins.windowsimage.action.ResultReader.Origin;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Failure;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Outcome;
import io.jenkins.plugins.windowsimage.agent.EngineOutcome;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;

/**
 * How a request ended, as far as that can be known.
 *
 * @param record what is remembered; null for work that makes no image
 * @param problem one sentence; null when it succeeded
 * @param lost whether the engine's process was lost, so that another try may well succeed
 */
record ImageEnd(@Nullable WindowsImageRecord record, @Nullable String problem, boolean lost) {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Judges what the agent sent. */
    static ImageEnd of(EngineOutcome outcome, ImageRequest request, Origin origin) {
        if (request.kind() == null) {
            return new ImageEnd(null, problem(outcome, origin), outcome.isLost());
        }
        if (outcome.result() == null) {
            String problem = outcome.exitCode() != null && outcome.exitCode() == 0
                    ? Messages.ImageEnd_noResult()
                    : problem(outcome, origin);
            return failed(outcome.isLost() ? "process-lost" : "engine-failed", problem, outcome.isLost(), request, origin);
        }
        WindowsImageRecord record;
        try {
            record = ResultReader.read(outcome.result(), origin);
        } catch (IOException e) {
            return failed("result-refused", e.getMessage(), false, request, origin);
        }
        if (record.result() == Outcome.SUCCESS && !outcome.isLost() && outcome.exitCode() != 0) {
            return failed("engine-failed", problem(outcome, origin), false, request, origin);
        }
        return new ImageEnd(record, record.result() == Outcome.SUCCESS ? null : sentence(record), false);
    }

    /** The end of work that could not even be started. */
    static ImageEnd notStarted(String problem, ImageRequest request, Origin origin) {
        return request.kind() == null
                ? new ImageEnd(null, problem, false)
                : failed("not-started", problem, false, request, origin);
    }

    boolean isSuccess() {
        return problem == null;
    }

    /** Whether everything but the push was done. */
    boolean isPushFailure() {
        return record != null && record.error() != null && record.error().kind().equals("push-failed");
    }

    private static ImageEnd failed(String kind, String problem, boolean lost, ImageRequest request, Origin origin) {
        long duration = Math.max(0, System.currentTimeMillis() - origin.startMillis());
        Failure failure = new Failure(kind, problem, null, lost ? Messages.ImageEnd_lostHint() : null, null, List.of());
        return new ImageEnd(
                WindowsImageRecord.failed(newBuildId(), origin, request.tags(), duration, failure), problem, lost);
    }

    private static String newBuildId() {
        return String.format("%012x", RANDOM.nextLong() & 0xffff_ffff_ffffL);
    }

    private static String problem(EngineOutcome outcome, Origin origin) {
        if (outcome.isLost()) {
            return origin.agent().isEmpty()
                    ? Messages.ImageEnd_lostHere()
                    : Messages.ImageEnd_lost(origin.agent());
        }
        return outcome.exitCode() == 0 ? null : Messages.ImageEnd_exitCode(outcome.exitCode());
    }

    private static String sentence(WindowsImageRecord record) {
        Failure error = record.error();
        if (error == null) {
            return record.result() == Outcome.CANCELLED ? Messages.ImageEnd_cancelled() : Messages.ImageEnd_noReason();
        }
        boolean told = error.line() == null || error.message().startsWith("line ");
        return told ? error.message() : Messages.ImageEnd_atLine(error.message(), error.line());
    }
}
