package io.jenkins.plugins.windowsimage.engine.windows.sim;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.jna.Memory;
import io.jenkins.plugins.windowsimage.engine.windows.api.VmCompute;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The Host Compute Service that both of its DLLs talk to. All methods take the lock of the simulation. */
final class SimCompute {
    static final int INVALID_JSON = 0x8037010D;
    static final int ALREADY_EXISTS = 0x8037010F;
    static final int ALREADY_STOPPED = 0x80370110;
    static final int INVALID_STATE = 0x80370105;
    static final int NOT_FOUND = 0x8037010E;
    private static final int INVALID_ARGUMENT = 0x80070057;
    private static final int LOGON_FAILURE = 0x8007052E;
    private static final int BAD_DIRECTORY = 0x8007010B;
    private static final int FILE_NOT_FOUND = 0x80070002;
    private static final Set<String> USERS = Set.of("containeradministrator", "containeruser");

    private final SimWindows windows;
    private final List<String> documents = new ArrayList<>();
    private final Map<String, SimSystem> systems = new LinkedHashMap<>();
    private final ExecutorService notifier = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "sim-hcs-callback");
        thread.setDaemon(true);
        return thread;
    });
    private int nextProcess = 1000;

    SimCompute(SimWindows windows) {
        this.windows = windows;
    }

    /** A call that fails. */
    static final class Failure extends Exception {
        private static final long serialVersionUID = 1L;
        final int code;

        Failure(int code, String message) {
            super(message);
            this.code = code;
        }

        String document() {
            return "{\"Error\":%d,\"ErrorMessage\":\"%s\"}".formatted(code, getMessage().replace("\"", "'"));
        }
    }

    private JsonNode read(SimSchema schema, String document) throws Failure {
        documents.add(document);
        try {
            return schema.read(document);
        } catch (SimSchema.Refused e) {
            throw new Failure(INVALID_JSON, e.getMessage());
        }
    }

    SimSystem create(String id, String document) throws Failure {
        synchronized (windows.lock) {
            JsonNode root = read(SimSchemas.CONTAINER, document);
            JsonNode container = root.get("Container");
            requireNew(id);
            requireHostName(container.at("/GuestOs/HostName").asText());
            checkLayers(container.at("/Storage/Layers"), "Id");
            String volumePath = container.at("/Storage/Path").asText();
            SimVolumes.Volume volume = windows.volumes().find(volumePath);
            if (volume == null || !volumePath.endsWith("\\")) {
                throw new Failure(0x80071126, "Storage.Path is not a mounted volume with a backslash: " + volumePath);
            }
            if (!windows.layers().isReady(volume)) {
                throw new Failure(0x80071126, "the layers are not mounted on " + volumePath);
            }
            JsonNode namespace = container.at("/Networking/Namespace");
            List<String> addresses = namespace.isMissingNode()
                    ? List.of()
                    : windows.network().useNamespace(namespace.asText());
            requireProcessor(container.get("Processor"));
            return add(new SimSystem(id, root.get("Owner").asText(), false,
                    new SimPaths(volume.files(), mappings(container.path("MappedDirectories"), false)), volume.registry(),
                    addresses));
        }
    }

    SimSystem createVersion1(String id, String document) throws Failure {
        synchronized (windows.lock) {
            JsonNode root = read(SimSchemas.VERSION_1, document);
            if (!windows.hasHyperv()) {
                throw new Failure(0xC0351000, "no hypervisor");
            }
            requireNew(id);
            requireHostName(root.get("HostName").asText());
            checkLayers(root.get("Layers"), "ID");
            if (!Files.isDirectory(Path.of(root.at("/HvRuntime/ImagePath").asText()))) {
                throw new Failure(0xC0370112, "no utility VM");
            }
            SimVolumes.Volume volume = windows.layers().bootVolume(Path.of(root.get("LayerFolderPath").asText()));
            List<String> addresses = new ArrayList<>();
            for (JsonNode endpoint : root.path("EndpointList")) {
                addresses.add(windows.network().useEndpoint(endpoint.asText()));
            }
            return add(new SimSystem(id, root.get("Owner").asText(), true,
                    new SimPaths(volume.files(), mappings(root.path("MappedDirectories"), true)), volume.registry(),
                    addresses));
        }
    }

    private SimSystem add(SimSystem system) {
        systems.put(system.id, system);
        system.openHandles++;
        return system;
    }

    private void requireNew(String id) throws Failure {
        if (systems.containsKey(id)) {
            throw new Failure(ALREADY_EXISTS, "exists: " + id);
        }
    }

    private static void requireHostName(String name) throws Failure {
        if (!name.matches("[A-Za-z0-9-]{1,15}") || name.matches("[0-9]+")) {
            throw new Failure(INVALID_ARGUMENT, "not a NetBIOS name: " + name);
        }
    }

    private static void requireProcessor(JsonNode processor) throws Failure {
        if (processor != null && processor.size() > 1) {
            throw new Failure(INVALID_ARGUMENT, "more than one of Count, Maximum, Weight");
        }
    }

    private void checkLayers(JsonNode layers, String id) throws Failure {
        if (layers.isEmpty()) {
            throw new Failure(INVALID_ARGUMENT, "no layers");
        }
        for (JsonNode layer : layers) {
            Path path = Path.of(layer.get("Path").asText());
            if (!Files.isDirectory(path)) {
                throw new Failure(0x80070003, "no layer " + path);
            }
            String expected = SimLayers.idOf(path.getFileName().toString()).toString();
            if (!layer.get(id).asText().equals(expected)) {
                throw new Failure(0x80070003, "the id of " + path + " is " + expected);
            }
        }
    }

    private static List<SimPaths.Mapping> mappings(JsonNode directories, boolean directoriesOnly) throws Failure {
        List<SimPaths.Mapping> mappings = new ArrayList<>();
        for (JsonNode directory : directories) {
            Path host = Path.of(directory.get("HostPath").asText());
            if (!Files.exists(host) || directoriesOnly && !Files.isDirectory(host)) {
                throw new Failure(0x80070003, "cannot map " + host);
            }
            mappings.add(new SimPaths.Mapping(host, directory.get("ContainerPath").asText(),
                    directory.path("ReadOnly").asBoolean()));
        }
        return mappings;
    }

    SimSystem open(String id) throws Failure {
        synchronized (windows.lock) {
            SimSystem system = systems.get(id);
            if (system == null) {
                throw new Failure(NOT_FOUND, "no system " + id);
            }
            system.openHandles++;
            return system;
        }
    }

    /** A handle of the system was closed; the last one ends it. */
    void closed(SimSystem system) {
        synchronized (windows.lock) {
            system.openHandles--;
            if (system.openHandles == 0) {
                stop(system, false);
                systems.remove(system.id);
            }
        }
    }

    void start(SimSystem system) throws Failure {
        synchronized (windows.lock) {
            require(system, SimSystem.State.CREATED);
            system.state = SimSystem.State.RUNNING;
        }
    }

    private static void require(SimSystem system, SimSystem.State state) throws Failure {
        if (system.state == SimSystem.State.STOPPED) {
            throw new Failure(ALREADY_STOPPED, "stopped");
        }
        if (system.state != state) {
            throw new Failure(INVALID_STATE, "the system is " + system.state);
        }
    }

    void end(SimSystem system, boolean clean) throws Failure {
        synchronized (windows.lock) {
            if (system.state == SimSystem.State.STOPPED) {
                throw new Failure(ALREADY_STOPPED, "stopped");
            }
            if (clean) {
                require(system, SimSystem.State.RUNNING);
                if (windows.hangsAtShutdown()) {
                    return;
                }
            }
            if (clean || !windows.survivesTermination()) {
                stop(system, clean);
            }
        }
    }

    private void stop(SimSystem system, boolean clean) {
        if (system.state == SimSystem.State.STOPPED) {
            return;
        }
        system.state = SimSystem.State.STOPPED;
        system.shutDown = clean;
        List.copyOf(system.processes).forEach(process -> process.kill(0xC000013A));
        windows.lock.notifyAll();
        notify(system.registrations, VmCompute.NOTIFICATION_SYSTEM_EXITED, 0, "{\"ExitType\":\"GracefulExit\"}");
    }

    SimProcess createProcess(SimSystem system, String parameters) throws Failure {
        synchronized (windows.lock) {
            require(system, SimSystem.State.RUNNING);
            JsonNode root = read(SimSchemas.PROCESS, parameters);
            String user = root.path("User").asText("");
            if (!user.isEmpty() && !USERS.contains(user.toLowerCase(java.util.Locale.ROOT))) {
                throw new Failure(LOGON_FAILURE, "no user " + user);
            }
            String directory = root.path("WorkingDirectory").asText("C:\\");
            if (!isDirectory(system, directory)) {
                throw new Failure(BAD_DIRECTORY, "no directory " + directory);
            }
            String command = root.get("CommandLine").asText();
            if (!SimShell.canStart(command)) {
                throw new Failure(FILE_NOT_FOUND, "cannot find the program");
            }
            if (root.path("EmulateConsole").asBoolean() || !root.path("CreateStdErrPipe").asBoolean()) {
                throw new Failure(INVALID_ARGUMENT, "this simulation gives every process its own pipes");
            }
            Map<String, String> environment = new HashMap<>();
            root.path("Environment").fields()
                    .forEachRemaining(field -> environment.put(field.getKey(), field.getValue().asText()));
            SimProcess process = new SimProcess(windows.lock, system, nextProcess++, command, directory,
                    user.isEmpty() ? null : user, environment, exited -> notify(exited.registrations,
                            VmCompute.NOTIFICATION_PROCESS_EXITED, 0,
                            windows.isSilentAboutExitCodes() ? "" : exited.status()));
            system.processes.add(process);
            process.start();
            return process;
        }
    }

    private static boolean isDirectory(SimSystem system, String directory) {
        try {
            return Files.isDirectory(system.paths.find(directory, "C:\\", false));
        } catch (SimPaths.Denied | java.io.IOException e) {
            return false;
        }
    }

    void modify(SimProcess process, String settings) throws Failure {
        synchronized (windows.lock) {
            read(SimSchemas.MODIFY_PROCESS, settings);
            process.inputClosed = true;
            windows.lock.notifyAll();
        }
    }

    /** The systems that a query asks for, as JSON. */
    String enumerate(String query) throws Failure {
        synchronized (windows.lock) {
            if (query != null && !query.isEmpty()) {
                read(SimSchemas.SYSTEM_QUERY, query);
            }
            List<String> texts = systems.values().stream()
                    .map(system -> "{\"Id\":\"%s\",\"SystemType\":\"Container\",\"Owner\":\"%s\",\"State\":\"%s\"}"
                            .formatted(system.id, system.owner, state(system)))
                    .toList();
            return "[" + String.join(",", texts) + "]";
        }
    }

    static String state(SimSystem system) {
        return switch (system.state) {
            case CREATED -> "Created";
            case RUNNING -> "Running";
            case STOPPED -> "Stopped";
        };
    }

    /** A system of another owner, or one that a dead process left. */
    void plant(String id, String owner) {
        synchronized (windows.lock) {
            SimSystem system = add(new SimSystem(id, owner, false, null, new HashMap<>(), List.of()));
            system.state = SimSystem.State.RUNNING;
            system.openHandles = 0;
        }
    }

    /** Whether a container that has not ended sees a directory as its drive C. */
    boolean isInUse(Path files) {
        synchronized (windows.lock) {
            return systems.values().stream()
                    .anyMatch(system -> system.paths != null && system.paths.root().equals(files));
        }
    }

    List<String> documents() {
        synchronized (windows.lock) {
            return List.copyOf(documents);
        }
    }

    void removePlanted() {
        synchronized (windows.lock) {
            systems.values().removeIf(system -> system.openHandles == 0);
        }
    }

    List<String> ids() {
        synchronized (windows.lock) {
            return List.copyOf(systems.keySet());
        }
    }

    /** Calls what is registered, on a thread of the service; the data is valid during the call only. */
    void notify(List<SimRegistration> registrations, int type, int status, String data) {
        notifier.execute(() -> {
            List<SimRegistration> current;
            synchronized (windows.lock) {
                current = List.copyOf(registrations);
            }
            for (SimRegistration registration : current) {
                synchronized (registration) {
                    if (isRegistered(registration)) {
                        Memory text = SimMemory.utf16(data);
                        registration.callback().invoke(type, null, status, text);
                        text.clear();
                    }
                }
            }
        });
    }

    private boolean isRegistered(SimRegistration registration) {
        synchronized (windows.lock) {
            return registration.owner().stream().anyMatch(each -> each == registration);
        }
    }

    /** Systems that are there still. */
    List<String> problems() {
        synchronized (windows.lock) {
            return systems.values().stream().map(system -> "system left: " + system.id + " of " + system.owner).toList();
        }
    }
}
