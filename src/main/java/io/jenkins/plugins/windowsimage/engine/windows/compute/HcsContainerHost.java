package io.jenkins.plugins.windowsimage.engine.windows.compute;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.windows.Container;
import io.jenkins.plugins.windowsimage.engine.windows.ContainerHost;
import io.jenkins.plugins.windowsimage.engine.windows.ContainerSpec;
import io.jenkins.plugins.windowsimage.engine.windows.OwnerTag;
import io.jenkins.plugins.windowsimage.engine.windows.ReadOnlyLayer;
import io.jenkins.plugins.windowsimage.engine.windows.RunRequest;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** Containers of the Host Compute Service of this machine. */
public final class HcsContainerHost implements ContainerHost {
    private static final System.Logger LOG = System.getLogger(HcsContainerHost.class.getName());
    private static final String CONTAINERS = "{\"Types\":[\"Container\"]}";

    private final WindowsApi api;
    private final OwnerTag owner;
    private final Timeouts timeouts;

    /**
     * @param owner marks the containers as ours
     */
    public HcsContainerHost(WindowsApi api, OwnerTag owner, Timeouts timeouts) {
        this.api = api;
        this.owner = owner;
        this.timeouts = timeouts;
    }

    @Override
    public Container start(ContainerSpec spec, Cancellation cancellation) {
        cancellation.check();
        ComputeSystem system = create(spec, UUID.randomUUID(), cancellation);
        try {
            system.start(cancellation);
            return new HcsContainer(api, timeouts, system);
        } catch (RuntimeException e) {
            Closing.afterFailure(e, system::terminate, () -> system.awaitExit(timeouts.terminate(), new Cancellation()), system::close);
            throw e;
        }
    }

    private ComputeSystem create(ContainerSpec spec, UUID id, Cancellation cancellation) {
        if (!spec.hyperv()) {
            String document = Json.write(ContainerDocument.of(spec, id, owner.text()));
            return CoreSystem.create(api, timeouts, id.toString(), document, cancellation);
        }
        refuseSingleFiles(spec.mounts());
        String document = Json.write(HypervDocument.of(spec, id, owner.text(), utilityVm(spec.parents())));
        return HypervSystem.create(api, timeouts, id.toString(), document, cancellation);
    }

    /** The virtual machine of a version 1 document shares directories, not files. */
    private static void refuseSingleFiles(List<RunRequest.Mount> mounts) {
        for (RunRequest.Mount mount : mounts) {
            if (!Files.isDirectory(mount.source())) {
                throw new EngineException(ErrorKind.NOT_SUPPORTED,
                        "hyper-v isolation cannot show the single file " + mount.target() + " to a container",
                        "Use --isolation process, or give a secret as environment variable (RUN --mount=type=secret,env=...).",
                        null);
            }
        }
    }

    private static Path utilityVm(List<ReadOnlyLayer> parents) {
        return parents.stream()
                .map(layer -> layer.directory().resolve("UtilityVM"))
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(() -> new EngineException(ErrorKind.HOST_NOT_READY,
                        "the base image has no UtilityVM directory, so it cannot run with hyper-v isolation",
                        "Use --isolation process with a base image of this host's version.", null));
    }

    @Override
    public void sweep() {
        Closing.quietly(() -> orphans().forEach(system -> Closing.quietly(() -> end(system))));
    }

    private List<SystemInfo> orphans() {
        final String call = "HcsEnumerateComputeSystems";
        try (Operation operation = new Operation(api, timeouts, "looking for leftover containers")) {
            operation.requireStarted(call, api.computeCore().HcsEnumerateComputeSystems(CONTAINERS, operation.handle()));
            String document = operation.await(call, timeouts.terminate(), new Cancellation());
            SystemInfo[] systems = document == null ? new SystemInfo[0] : read(document);
            return List.of(systems).stream().filter(system -> owner.isOrphan(system.owner)).toList();
        }
    }

    private static SystemInfo[] read(String document) {
        try {
            return Json.MAPPER.readValue(document, SystemInfo[].class);
        } catch (JsonProcessingException e) {
            throw new EngineException(ErrorKind.INTERNAL, "the list of containers cannot be read: " + e.getOriginalMessage());
        }
    }

    private void end(SystemInfo info) {
        CoreSystem system = CoreSystem.open(api, timeouts, info.id);
        try {
            system.terminate();
            system.awaitExit(timeouts.terminate(), new Cancellation());
            LOG.log(Level.INFO, "ended container {0}, which an interrupted build left", info.id);
        } finally {
            system.close();
        }
    }

    /** One compute system of the machine. */
    record SystemInfo(@JsonProperty("Id") String id, @JsonProperty("Owner") String owner) {}
}
