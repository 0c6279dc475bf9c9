package io.jenkins.plugins.windowsimage.engine.windows.compute;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.windows.Container;
import io.jenkins.plugins.windowsimage.engine.windows.ProcessSpec;
import io.jenkins.plugins.windowsimage.engine.windows.RunOutput;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** A container on a compute system. */
final class HcsContainer implements Container {
    private static final System.Logger LOG = System.getLogger(HcsContainer.class.getName());

    /** For what is done although the build is cancelled. */
    private static final Cancellation NONE = new Cancellation();

    private final WindowsApi api;
    private final Timeouts timeouts;
    private final ComputeSystem system;
    private boolean ended;
    private boolean killed;

    HcsContainer(WindowsApi api, Timeouts timeouts, ComputeSystem system) {
        this.api = api;
        this.timeouts = timeouts;
        this.system = system;
    }

    @Override
    public int run(ProcessSpec spec, RunOutput output, Cancellation cancellation) {
        cancellation.check();
        String document = Json.write(ProcessDocument.of(spec));
        try (ComputeProcess process = system.createProcess(document, spec.commandLine(), cancellation)) {
            PipeReader out = PipeReader.start(api, process.standardOutput(), false, output, timeouts.slice());
            PipeReader err = PipeReader.start(api, process.standardError(), true, output, timeouts.slice());
            try {
                process.closeStandardInput();
                int exitCode = await(process, spec, cancellation, out, err);
                long drained = System.nanoTime() + timeouts.drain().toNanos();
                out.finish(drained);
                err.finish(drained);
                requireRead(out, err);
                return exitCode;
            } catch (RuntimeException e) {
                out.finish(System.nanoTime());
                err.finish(System.nanoTime());
                throw e;
            }
        }
    }

    private static void requireRead(PipeReader... readers) {
        for (PipeReader reader : readers) {
            if (reader.failure() != null) {
                throw reader.failure();
            }
        }
    }

    /** Waits for the exit code; ends the whole container when the command is to be stopped. */
    private int await(
            ComputeProcess process, ProcessSpec spec, Cancellation cancellation, PipeReader out, PipeReader err) {
        long start = System.nanoTime();
        while (true) {
            Optional<ProcessStatus> status = process.awaitExit();
            if (status.isPresent()) {
                return status.get().exitCode();
            }
            if (cancellation.isRequested()) {
                kill();
                cancellation.check();
            }
            if (out.failure() != null || err.failure() != null) {
                kill();
                requireRead(out, err);
            }
            if (spec.timeout() != null && System.nanoTime() - start > spec.timeout().toNanos()) {
                kill();
                throw new EngineException(ErrorKind.RUN_STEP_FAILED,
                        "the command did not end within " + spec.timeout().toSeconds() + " s and was killed",
                        "Raise the limit with --timeout, or find out what the command waits for.", null);
            }
        }
    }

    private void kill() {
        killed = true;
        Closing.quietly(system::terminate);
        ended = system.awaitExit(timeouts.terminate(), NONE);
    }

    @Override
    public void shutdown(Cancellation cancellation) {
        ended = Closing.quietly(() -> system.requestShutdown(cancellation))
                && system.awaitExit(timeouts.shutdown(), cancellation);
        cancellation.check();
        if (!ended) {
            LOG.log(Level.WARNING, "the container does not shut down and is terminated; changes of its registry in the last "
                    + "moments may be lost");
            kill();
        }
        if (!ended) {
            throw ServiceError.of("shutting the container down", "HcsTerminateComputeSystem",
                    WinError.HCS_E_OPERATION_TIMEOUT, null);
        }
    }

    @Override
    public void close() {
        try {
            // What has not ended although it was terminated goes when its last handle is closed.
            if (!ended && !killed) {
                Closing.quietly(this::kill);
            }
        } finally {
            system.close();
        }
    }
}
