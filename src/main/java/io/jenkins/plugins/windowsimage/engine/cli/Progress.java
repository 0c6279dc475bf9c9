package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.build.BuildListener;
import java.io.PrintStream;
import java.time.Clock;

/** How a command shows what it does on standard output. */
enum Progress {
    /** {@link #TTY} on a terminal, else {@link #PLAIN}. */
    auto,
    /** One line for each thing that happens. */
    plain,
    /** A picture of the running steps that is drawn again and again. */
    tty,
    /** The events as they are, one JSON object a line. */
    json;

    /** @param kind of the terminal; one that is {@code dumb} cannot move its cursor */
    private static boolean isTerminal(String kind) {
        return System.console() != null && kind != null && !kind.isEmpty() && !kind.equals("dumb");
    }

    BuildListener listener(PrintStream out, Clock clock) {
        return switch (this) {
            case auto -> (isTerminal(System.getenv("TERM")) ? tty : plain).listener(out, clock);
            case plain -> new PlainProgress(out);
            case tty -> new TtyProgress(out, clock);
            case json -> {
                EventJson json = new EventJson(clock);
                yield event -> {
                    out.println(json.line(event));
                    out.flush();
                };
            }
        };
    }
}
