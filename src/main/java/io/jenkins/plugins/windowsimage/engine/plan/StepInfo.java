package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.image.History;

/**
 * What every step has.
 *
 * @param line first line in the Dockerfile; that of the FROM for an ONBUILD trigger
 * @param endLine last line
 * @param instruction keyword in upper case
 * @param text the instruction as written, continued lines joined
 * @param displayName what progress shows: <code>[builder 2/7] RUN dir</code>, or the text alone for a step without work
 * @param trigger whether an ONBUILD of the base brought it in
 * @param history its line in the image's history, without a time; null when it has none
 */
public record StepInfo(
        int line, int endLine, String instruction, String text, String displayName, boolean trigger, History history) {

    /** Whether the step makes a layer. */
    public boolean layer() {
        return history != null && history.madeLayer();
    }

    /** Its line in the image's history; null when it has none. */
    public String createdBy() {
        return history == null ? null : history.createdBy();
    }
}
