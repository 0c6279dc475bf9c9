package io.jenkins.plugins.windowsimage.engine.windows.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Which native calls were made, and which of them shall fail. Thread-safe. */
public final class SimFaults {
    private final List<String> calls = new ArrayList<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final List<Fault> faults = new ArrayList<>();
    private final Map<String, Runnable> actions = new HashMap<>();

    /**
     * A call that shall fail.
     *
     * @param call such as {@code ComputeCore.HcsStartComputeSystem}
     * @param occurrence 1 for the first time it is called
     * @param times how often in a row
     * @param code HRESULT; functions that set the last error get its lower half
     */
    public record Fault(String call, int occurrence, int times, int code) {}

    /** Makes one call fail once. */
    public synchronized void fail(String call, int occurrence, int code) {
        faults.add(new Fault(call, occurrence, 1, code));
    }

    /** Makes a call fail several times in a row, from its first. */
    public synchronized void failFirst(String call, int times, int code) {
        faults.add(new Fault(call, 1, times, code));
    }

    /** Lets every call succeed from now on. */
    public synchronized void clear() {
        faults.clear();
    }

    /** Runs an action when a call is made for the nth time, before it does its work. */
    public synchronized void runAt(String call, int occurrence, Runnable action) {
        actions.put(call + "#" + occurrence, action);
    }

    /** All calls so far, in order, such as {@code Kernel32.CloseHandle}. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** How often a call was made. */
    public synchronized int count(String call) {
        return counts.getOrDefault(call, 0);
    }

    /** Whether any call was made that fits. */
    public synchronized boolean called(Predicate<String> call) {
        return calls.stream().anyMatch(call);
    }

    /** Notes a call; returns the code that it shall fail with, or null. */
    synchronized Integer called(String call) {
        calls.add(call);
        int occurrence = counts.merge(call, 1, Integer::sum);
        Runnable action = actions.remove(call + "#" + occurrence);
        if (action != null) {
            action.run();
        }
        for (Fault fault : faults) {
            if (fault.call.equals(call)
                    && occurrence >= fault.occurrence
                    && occurrence < fault.occurrence + fault.times) {
                return fault.code;
            }
        }
        return null;
    }
}
