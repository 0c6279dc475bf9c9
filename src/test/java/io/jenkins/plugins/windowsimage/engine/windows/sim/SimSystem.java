package io.jenkins.plugins.windowsimage.engine.windows.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A compute system; touched with the lock of the simulation held. */
final class SimSystem {
    enum State {
        CREATED,
        RUNNING,
        STOPPED
    }

    final String id;
    final String owner;
    final boolean hyperv;
    final SimPaths paths;
    final Map<String, String> registry;
    final List<String> networkAddresses;
    final List<SimProcess> processes = new ArrayList<>();
    final List<SimRegistration> registrations = new ArrayList<>();
    State state = State.CREATED;
    int openHandles;

    /** Whether its last end was a clean shutdown, which puts the registry on disk. */
    boolean shutDown;

    SimSystem(
            String id,
            String owner,
            boolean hyperv,
            SimPaths paths,
            Map<String, String> registry,
            List<String> networkAddresses) {
        this.id = id;
        this.owner = owner;
        this.hyperv = hyperv;
        this.paths = paths;
        this.registry = registry;
        this.networkAddresses = networkAddresses;
    }
}
