package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.List;

/**
 * One build stage: a FROM and what follows it.
 *
 * @param index counted from 0
 */
public record Stage(int index, Instruction.From from, List<Instruction> instructions) {
    public Stage {
        instructions = List.copyOf(instructions);
    }

    /** Its name in lower case; empty for none. */
    public String name() {
        return from.stage();
    }

    /** Its name, or {@code stage-N}. */
    public String displayName() {
        return name().isEmpty() ? "stage-" + index : name();
    }
}
