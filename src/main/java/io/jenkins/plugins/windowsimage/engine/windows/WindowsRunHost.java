package io.jenkins.plugins.windowsimage.engine.windows;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Carries out RUN on this Windows machine: unpacks the layers, makes a scratch on them, gives it a network and a container, runs
 * the command, and captures what it changed. Everything is released in the opposite order, however a run ends.
 */
public final class WindowsRunHost implements RunHost {
    private static final System.Logger LOG = System.getLogger(WindowsRunHost.class.getName());

    /** Codes of a start under process isolation after which hyper-v isolation may still work. */
    private static final List<Integer> TRY_HYPERV = List.of(0x80370101, 0x80370106, 0x80370112);

    private static final String NO_NETWORK = "none";
    private static final String ADMINISTRATOR = "ContainerAdministrator";

    private final LayerStorage storage;
    private final ContainerHost containers;
    private final ContainerNetwork networks;
    private final WindowsVersion hostVersion;
    private final Path temporary;
    private final OwnerTag owner;
    private final Retry retry;
    private boolean swept;

    /**
     * @param hostVersion what decides, with the image's version, on the isolation
     * @param temporary existing directory for small files that are mounted into containers
     * @param owner marks those files as ours
     * @param retry for the way to a running container; a command itself never runs twice
     */
    public WindowsRunHost(
            LayerStorage storage,
            ContainerHost containers,
            ContainerNetwork networks,
            WindowsVersion hostVersion,
            Path temporary,
            OwnerTag owner,
            Retry retry) {
        this.storage = storage;
        this.containers = containers;
        this.networks = networks;
        this.hostVersion = hostVersion;
        this.temporary = temporary;
        this.owner = owner;
        this.retry = retry;
    }

    @Override
    public Optional<String> unavailable() {
        return hostVersion.build() >= WindowsVersion.SERVER_2019
                ? Optional.empty()
                : Optional.of("this Windows, " + hostVersion + ", is older than Windows Server 2019 (10.0.17763)");
    }

    @Override
    public LayerBlob run(RunRequest request, RunOutput output, Cancellation cancellation) throws IOException {
        cancellation.check();
        WindowsVersion image = WindowsVersion.parse(request.platform().osVersion()).orElse(null);
        IsolationChoice isolation = IsolationChoice.choose(request.limits().isolation(), hostVersion, image);
        sweepOnce();
        try (LayerChain chain = storage.open(request.layers(), cancellation)) {
            return run(chain, request, isolation, output, cancellation);
        }
    }

    /** What dead builds left is removed before the first container of this process, and not by builds without RUN. */
    private synchronized void sweepOnce() throws IOException {
        if (!swept) {
            swept = true;
            sweep();
        }
    }

    @Override
    public void sweep() throws IOException {
        containers.sweep();
        networks.sweep();
        storage.sweep();
        HostsFile.sweep(temporary, owner);
    }

    private LayerBlob run(
            LayerChain chain,
            RunRequest request,
            IsolationChoice isolation,
            RunOutput output,
            Cancellation cancellation)
            throws IOException {
        try (Started started = start(chain, request, isolation, cancellation)) {
            requireSuccess(execute(started.container, request, output, cancellation));
            started.container.shutdown(cancellation);
            started.releaseContainer();
            return started.scratch.capture(
                    request.compression(), request.compressionLevel(), request.timestamp(), cancellation);
        }
    }

    /** Starts a container, again if the reason of a failure passes, and with hyper-v isolation if that is the way out. */
    private Started start(
            LayerChain chain, RunRequest request, IsolationChoice isolation, Cancellation cancellation)
            throws IOException {
        try {
            return retry.call(cancellation, () -> startOnce(chain, request, isolation.hyperv(), cancellation));
        } catch (WindowsException e) {
            if (!isolation.fallback() || TRY_HYPERV.stream().noneMatch(code -> HresultTable.same(e.code(), code))) {
                throw e;
            }
            LOG.log(Level.WARNING, "{0}; trying hyper-v isolation", e.getMessage());
            try {
                return retry.call(cancellation, () -> startOnce(chain, request, true, cancellation));
            } catch (EngineException second) {
                e.addSuppressed(second);
                throw e;
            }
        }
    }

    private Started startOnce(LayerChain chain, RunRequest request, boolean hyperv, Cancellation cancellation)
            throws IOException {
        Started started = new Started();
        try {
            started.start(chain, request, hyperv, cancellation);
            return started;
        } catch (IOException | RuntimeException e) {
            try {
                started.close();
            } catch (RuntimeException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    /** A container that runs, and what was acquired for it. */
    private final class Started implements AutoCloseable {
        private final Releases all = new Releases();
        private final Releases ofContainer = new Releases();
        private Scratch scratch;
        private Container container;

        void start(LayerChain chain, RunRequest request, boolean hyperv, Cancellation cancellation) throws IOException {
            scratch = all.add(chain.createScratch(request.limits().scratchBytes()));
            all.add(ofContainer);
            String volume = hyperv ? null : scratch.mount();
            List<RunRequest.Mount> mounts = mounts(request);
            ContainerSpec.Attachment network = null;
            if (!request.network().equals(NO_NETWORK)) {
                network = ofContainer.add(networks.attach(request.network(), hyperv)).attachment();
            }
            container = ofContainer.add(containers.start(
                    new ContainerSpec(hyperv, chain.parents(), scratch.directory(), volume, mounts, network,
                            request.limits().memoryBytes(), request.limits().cpus()),
                    cancellation));
        }

        private List<RunRequest.Mount> mounts(RunRequest request) throws IOException {
            List<RunRequest.Mount> mounts = new ArrayList<>();
            for (RunRequest.Mount mount : request.mounts()) {
                // Windows does not follow links in the path of a mount.
                mounts.add(new RunRequest.Mount(mount.source().toRealPath(), mount.target(), mount.readOnly()));
            }
            if (!request.hosts().isEmpty()) {
                mounts.add(ofContainer.add(HostsFile.write(temporary, owner, request.hosts())).mount());
            }
            return mounts;
        }

        void releaseContainer() {
            ofContainer.close();
        }

        @Override
        public void close() {
            all.close();
        }
    }

    private static int execute(Container container, RunRequest request, RunOutput output, Cancellation cancellation) {
        ProcessSpec command = new ProcessSpec(request.commandLine(), request.environment(), request.workingDirectory(),
                request.user(), request.limits().timeout());
        try {
            return container.run(command, output, cancellation);
        } catch (WindowsException e) {
            if (e.kind() != ErrorKind.RUN_STEP_FAILED || !createWorkingDirectory(container, request, cancellation)) {
                throw e;
            }
            return container.run(command, output, cancellation);
        }
    }

    /**
     * A command that cannot start may lack its working directory. It is made inside the container, where no link of the image can
     * lead out to the host.
     *
     * @return whether the directory was made
     */
    private static boolean createWorkingDirectory(Container container, RunRequest request, Cancellation cancellation) {
        String directory = request.workingDirectory();
        String make = "cmd /S /C \"if exist \"%1\\\" (exit 1) else mkdir \"%1\"\"".replace("%1", directory);
        ProcessSpec command = new ProcessSpec(make, Map.of(), "C:\\", ADMINISTRATOR, request.limits().timeout());
        try {
            return container.run(command, (error, bytes, length) -> {}, cancellation) == 0;
        } catch (WindowsException e) {
            return false;
        }
    }

    private static void requireSuccess(int exitCode) {
        if (exitCode != 0) {
            throw new RunFailedException(
                    exitCode, "the command ended with exit code " + ExitCodes.describe(exitCode), ExitCodes.hint(exitCode));
        }
    }

    @Override
    public void close() throws IOException {
        storage.close();
    }
}
