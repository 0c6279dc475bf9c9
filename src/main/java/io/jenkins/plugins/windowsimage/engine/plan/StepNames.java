package io.jenkins.plugins.windowsimage.engine.plan;

/** Numbers the steps of a stage for progress, as BuildKit does: <code>[builder 2/7] RUN dir</code>. Not thread-safe. */
final class StepNames {
    private final String stage;
    private final int total;
    private int index;

    /**
     * @param stage empty when it is the only one
     * @param total steps that do work, the pull of a base image included
     * @param pulled whether there is a pull, which takes the first number
     */
    StepNames(String stage, int total, boolean pulled) {
        this.stage = stage;
        this.total = total;
        this.index = pulled ? 1 : 0;
    }

    String next(String text, boolean trigger) {
        index++;
        int width = Integer.toString(Math.max(total, 1)).length();
        return "[" + (stage.isEmpty() ? "" : stage + " ") + String.format("%" + width + "d/%d] ", index, total)
                + (trigger ? "ONBUILD " : "") + text;
    }
}
