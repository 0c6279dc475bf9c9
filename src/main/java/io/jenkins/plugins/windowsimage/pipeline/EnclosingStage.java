package io.jenkins.plugins.windowsimage.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import org.jenkinsci.plugins.workflow.actions.LabelAction;
import org.jenkinsci.plugins.workflow.actions.ThreadNameAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;

/** Finds the stage, or parallel branch or matrix cell, that a step is in. */
final class EnclosingStage {
    private EnclosingStage() {}

    /** Name of the innermost one; null when there is none. */
    @CheckForNull
    static String of(@CheckForNull FlowNode node) {
        if (node == null) {
            return null;
        }
        for (FlowNode block : node.iterateEnclosingBlocks()) {
            ThreadNameAction branch = block.getPersistentAction(ThreadNameAction.class);
            if (branch != null) {
                return branch.getThreadName();
            }
            LabelAction label = block.getPersistentAction(LabelAction.class);
            if (label != null) {
                return label.getDisplayName();
            }
        }
        return null;
    }
}
