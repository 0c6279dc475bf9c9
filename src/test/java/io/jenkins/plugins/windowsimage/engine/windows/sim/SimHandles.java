package io.jenkins.plugins.windowsimage.engine.windows.sim;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All handles that were given out, with what stands behind each; notes every misuse. Thread-safe. */
final class SimHandles {
    private static final long FIRST = 0x1000;
    private static final long STEP = 8;

    private final Map<Long, Entry> open = new HashMap<>();
    private final Map<Long, String> closed = new HashMap<>();
    private final List<String> misuses = new ArrayList<>();
    private long next = FIRST;

    private record Entry(String kind, Object target) {}

    /** Gives out a handle. */
    synchronized Pointer open(String kind, Object target) {
        long value = next;
        next += STEP;
        open.put(value, new Entry(kind, target));
        return new Pointer(value);
    }

    /** What stands behind a handle; null, and noted, if it is none of this type. */
    synchronized <T> T use(Pointer handle, Class<T> type, String call) {
        Entry entry = handle == null ? null : open.get(Pointer.nativeValue(handle));
        if (entry == null || !type.isInstance(entry.target)) {
            misuse(call + " with " + describe(handle) + " instead of a handle of " + type.getSimpleName());
            return null;
        }
        return type.cast(entry.target);
    }

    /** Closes a handle; returns what stood behind it, or null, noted, if it is none of this type. */
    synchronized <T> T close(Pointer handle, Class<T> type, String call) {
        T target = use(handle, type, call);
        if (target != null) {
            long value = Pointer.nativeValue(handle);
            closed.put(value, open.remove(value).kind);
        }
        return target;
    }

    private String describe(Pointer handle) {
        if (handle == null) {
            return "null";
        }
        long value = Pointer.nativeValue(handle);
        Entry entry = open.get(value);
        if (entry != null) {
            return "the " + entry.kind + " 0x" + Long.toHexString(value);
        }
        String kind = closed.get(value);
        return (kind == null ? "unknown " : "closed " + kind + " ") + "0x" + Long.toHexString(value);
    }

    synchronized void misuse(String text) {
        misuses.add(text);
    }

    /** Misuses, and handles that are open still. */
    synchronized List<String> problems() {
        List<String> problems = new ArrayList<>(misuses);
        open.forEach((value, entry) -> problems.add("not closed: " + entry.kind + " 0x" + Long.toHexString(value)));
        return problems;
    }
}
