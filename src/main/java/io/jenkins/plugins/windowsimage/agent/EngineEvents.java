package io.jenkins.plugins.windowsimage.agent;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Passes on what running engines tell (docs/result-format.md, events). Who wants to hear it is not stored with the build, so after a
 * restart of the controller it has to be said anew. Thread-safe.
 */
public final class EngineEvents {
    private static final Map<String, Consumer<String>> LISTENERS = new ConcurrentHashMap<>();

    private EngineEvents() {}

    /**
     * From now on the events of this process go to the listener.
     *
     * @param key the one that {@link EngineTask} was given
     * @param listener takes lines of JSON as an agent wrote them, which may be wrong or hostile; must be quick
     */
    public static void listen(@NonNull String key, @NonNull Consumer<String> listener) {
        LISTENERS.put(key, listener);
    }

    /** Nobody wants the events of this process any more. */
    public static void forget(@NonNull String key) {
        LISTENERS.remove(key);
    }

    static boolean isWanted(String key) {
        return LISTENERS.containsKey(key);
    }

    static void pass(String key, String line) {
        Consumer<String> listener = LISTENERS.get(key);
        if (listener != null) {
            listener.accept(line);
        }
    }
}
