package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.dockerfile.Warning;
import java.util.stream.Collectors;

/** Puts a plan into the form that people read. */
public final class PlanText {
    private PlanText() {}

    /** The stages that are needed with their steps and what these do, then the warnings. */
    public static String of(BuildPlan plan) {
        StringBuilder text = new StringBuilder();
        for (PlannedStage stage : plan.stages()) {
            text.append("FROM ").append(stage.base()).append("  (").append(stage.displayName()).append(", ");
            text.append(stage.platform()).append(")\n");
            for (Step step : stage.steps()) {
                text.append(String.format("%5d  %s%n", step.info().line(), firstLine(step.info().displayName())));
                detail(text, step);
            }
        }
        for (Warning warning : plan.warnings()) {
            text.append("WARNING line ").append(warning.line()).append(": ").append(warning.message());
            text.append(" (").append(warning.rule().id()).append(")\n");
        }
        return text.toString();
    }

    private static void detail(StringBuilder text, Step step) {
        if (step instanceof Step.Run run) {
            line(text, "command", run.commandLine());
            line(text, "in", run.workingDirectory());
            line(text, "as", run.user());
            line(text, "with", run.environment().entrySet().stream()
                    .map(entry -> entry.getKey() + "=" + entry.getValue())
                    .collect(Collectors.joining(" ")));
        } else if (step instanceof Step.Copy copy) {
            line(text, "from", copy.from());
            line(text, "to", copy.destination());
            line(text, "owner", copy.chown());
        } else if (step instanceof Step.Workdir workdir) {
            line(text, "is", workdir.directory());
        }
    }

    private static void line(StringBuilder text, String label, String value) {
        if (value != null && !value.isEmpty()) {
            text.append(String.format("         %-8s %s%n", label, firstLine(value)));
        }
    }

    private static String firstLine(String value) {
        int end = value.indexOf('\n');
        return end < 0 ? value.stripTrailing() : value.substring(0, end).stripTrailing() + " ...";
    }
}
