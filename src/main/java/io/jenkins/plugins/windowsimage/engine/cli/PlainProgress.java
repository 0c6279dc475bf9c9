package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.build.BuildEvent;
import io.jenkins.plugins.windowsimage.engine.build.BuildListener;
import java.io.PrintStream;

/**
 * The log that a person reads afterwards: one line for each thing that happens, no cursor movement. Lines of a step begin with
 * its number, because steps of several stages run at the same time.
 */
final class PlainProgress implements BuildListener {
    private final PrintStream out;

    PlainProgress(PrintStream out) {
        this.out = out;
    }

    @Override
    public void on(BuildEvent event) {
        String text = text(event);
        if (text != null) {
            out.println(text);
            out.flush();
        }
    }

    private static String text(BuildEvent event) {
        if (event instanceof BuildEvent.BuildStarted started) {
            return "Build " + started.buildId() + ": " + count(started.steps(), "step") + " in "
                    + count(started.stages(), "stage");
        }
        if (event instanceof BuildEvent.StepStarted started) {
            return "#" + started.step() + " " + started.name();
        }
        if (event instanceof BuildEvent.Output output) {
            return output.text().stripTrailing().lines().map(line -> "#" + output.step() + " | " + line)
                    .reduce((a, b) -> a + System.lineSeparator() + b).orElse(null);
        }
        if (event instanceof BuildEvent.StepCompleted completed) {
            return "#" + completed.step() + (completed.cached()
                    ? " CACHED"
                    : " DONE " + Sizes.seconds(completed.durationMillis()))
                    + (completed.size() > 0 ? " (layer of " + Sizes.bytes(completed.size()) + ")" : "");
        }
        if (event instanceof BuildEvent.Transfer transfer) {
            return transfer(transfer);
        }
        if (event instanceof BuildEvent.Warned warned) {
            return "WARNING" + (warned.line() == null ? "" : " line " + warned.line()) + ": " + warned.message()
                    + " (" + warned.rule() + ")";
        }
        if (event instanceof BuildEvent.Pushed pushed) {
            return "Pushed " + pushed.reference() + "@" + pushed.digest();
        }
        if (event instanceof BuildEvent.BuildCompleted completed) {
            return "Built " + completed.buildId() + " " + completed.digest() + " in "
                    + Sizes.seconds(completed.durationMillis());
        }
        return null;
    }

    private static String transfer(BuildEvent.Transfer transfer) {
        String what = transfer.digest().shortHex() + " (" + Sizes.bytes(transfer.total()) + ") ";
        boolean pull = transfer.direction().equals("pull");
        return switch (transfer.state()) {
            case "done" -> (pull ? "Pulled " : "Uploaded ") + what + (pull ? "from " : "to ") + transfer.image();
            case "mounted" -> "Mounted " + what + "in " + transfer.image();
            default -> null;
        };
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
