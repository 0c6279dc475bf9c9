package io.jenkins.plugins.windowsimage.action;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.InvisibleAction;
import hudson.model.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The images of one run: those that were built, pushed, tagged or put into an index, and those that failed. */
public final class WindowsImageAction extends InvisibleAction {
    private final List<String> buildIds = new ArrayList<>();
    private transient List<WindowsImageRecord> records = new ArrayList<>();

    private WindowsImageAction() {}

    /** Adds what was done to the run, and saves the run. Adding the same build id again does nothing. Thread-safe. */
    public static void add(@NonNull Run<?, ?> run, @NonNull WindowsImageRecord record) throws IOException {
        synchronized (run) {
            WindowsImageAction action = run.getAction(WindowsImageAction.class);
            if (action == null) {
                action = new WindowsImageAction();
                run.addAction(action);
            }
            if (action.buildIds.contains(record.buildId())) {
                return;
            }
            action.buildIds.add(record.buildId());
            List<WindowsImageRecord> all = new ArrayList<>(action.records());
            all.add(record);
            action.records = all;
            run.save();
        }
    }

    /** In the order in which they were added. */
    @NonNull
    public List<WindowsImageRecord> records() {
        return records == null ? List.of() : List.copyOf(records);
    }
}
