package io.jenkins.plugins.windowsimage.agent;

import hudson.FilePath;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What the engine is told to do, as docs/command-line.md describes it, without any secret. Immutable; stored with running
 * builds, so fields are never renamed.
 */
public final class EngineArguments implements Serializable {
    private static final long serialVersionUID = 1L;

    private final ArrayList<String> command;
    private final ArrayList<String> rest;
    private final boolean resultFile;
    private final boolean eventFile;

    /**
     * @param command such as {@code build} or {@code index create}
     * @param rest options and operands; options in the form {@code --name=value}, because a value of its own that begins with
     *     {@code @} would be read as the name of a file with arguments
     * @param resultFile whether the command writes a result file
     * @param eventFile whether the command writes an event file
     */
    public EngineArguments(List<String> command, List<String> rest, boolean resultFile, boolean eventFile) {
        this.command = new ArrayList<>(command);
        this.rest = new ArrayList<>(rest);
        this.resultFile = resultFile;
        this.eventFile = eventFile;
    }

    /** The same without one option. */
    public EngineArguments without(String option) {
        return new EngineArguments(
                command, rest.stream().filter(word -> !word.equals(option)).toList(), resultFile, eventFile);
    }

    /** Main class and arguments. */
    List<String> commandLine(String mainClass, FilePath control) {
        List<String> all = new ArrayList<>();
        all.add(mainClass);
        all.addAll(command);
        if (resultFile) {
            all.add("--metadata-file=" + control.child("result.json").getRemote());
        }
        if (eventFile) {
            all.add("--progress-file=" + control.child("events.jsonl").getRemote());
        }
        all.addAll(rest);
        return all;
    }

    @Override
    public String toString() {
        return String.join(" ", command) + " " + String.join(" ", rest);
    }
}
