package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.build.BuildEvent;
import io.jenkins.plugins.windowsimage.engine.build.BuildListener;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.PrintStream;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * For terminals: what has ended scrolls up as in the plain log, what is running stands below it and is drawn again at every
 * event.
 */
final class TtyProgress implements BuildListener {
    private static final String UP_AND_CLEAR = "\u001b[1A\u001b[2K";
    private static final int WIDTH = 100;

    private final PrintStream out;
    private final Clock clock;
    private final PlainProgress log;
    private final Map<Integer, Running> steps = new LinkedHashMap<>();
    private final Map<Digest, BuildEvent.Transfer> transfers = new LinkedHashMap<>();
    private int drawn;

    TtyProgress(PrintStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
        this.log = new PlainProgress(out);
    }

    @Override
    public void on(BuildEvent event) {
        erase();
        if (event instanceof BuildEvent.StepStarted started) {
            steps.put(started.step(), new Running(started.name(), clock.millis()));
        } else {
            if (event instanceof BuildEvent.StepCompleted completed) {
                Running running = steps.remove(completed.step());
                if (running != null) {
                    out.println("#" + completed.step() + " " + cut(running.name()));
                }
            }
            if (event instanceof BuildEvent.Transfer transfer) {
                if (transfer.state().equals("running")) {
                    transfers.put(transfer.digest(), transfer);
                } else {
                    transfers.remove(transfer.digest());
                }
            }
            if (event instanceof BuildEvent.BuildFailed) {
                steps.clear();
                transfers.clear();
            }
            log.on(event);
        }
        draw();
    }

    private void erase() {
        out.print(UP_AND_CLEAR.repeat(drawn));
        drawn = 0;
    }

    private void draw() {
        steps.forEach((number, running) -> line(
                "#" + number + " " + running.name() + "  " + Sizes.seconds(clock.millis() - running.startMillis())));
        transfers.values().forEach(transfer -> line("  " + transfer.direction() + " " + transfer.digest().shortHex() + "  "
                + Sizes.bytes(transfer.bytes()) + " of " + Sizes.bytes(transfer.total())));
        out.flush();
    }

    private void line(String text) {
        out.println(cut(text));
        drawn++;
    }

    private static String cut(String text) {
        return text.length() <= WIDTH ? text : text.substring(0, WIDTH - 1) + "…";
    }

    private record Running(String name, long startMillis) {}
}
