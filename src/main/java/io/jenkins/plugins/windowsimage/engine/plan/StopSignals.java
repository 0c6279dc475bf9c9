package io.jenkins.plugins.windowsimage.engine.plan;

import java.util.Locale;
import java.util.Set;

/** The signals that STOPSIGNAL may name: those of Linux, because images are built for either system anywhere. */
final class StopSignals {
    private static final Set<String> NAMES = Set.of(
            "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL",
            "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1",
            "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ");

    private StopSignals() {}

    static boolean isValid(String signal) {
        if (signal.matches("[+-]?[0-9]{1,9}")) {
            return Integer.parseInt(signal) != 0;
        }
        String name = signal.toUpperCase(Locale.ROOT);
        name = name.startsWith("SIG") ? name.substring(3) : name;
        // Linux' real-time signals: RTMIN, RTMIN+1 to RTMIN+15, RTMAX-14 to RTMAX.
        return NAMES.contains(name)
                || name.matches("RTMIN(\\+([1-9]|1[0-5]))?")
                || name.matches("RTMAX(-([1-9]|1[0-4]))?");
    }
}
