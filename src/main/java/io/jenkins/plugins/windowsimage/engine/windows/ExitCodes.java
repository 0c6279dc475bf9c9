package io.jenkins.plugins.windowsimage.engine.windows;

import java.util.Map;

/** What exit codes say that Windows itself gives to a process, an NTSTATUS in most cases. Source: ntstatus.h. */
final class ExitCodes {
    private record Meaning(String name, String hint) {}

    private static final Map<Integer, Meaning> KNOWN = Map.ofEntries(
            Map.entry(0xC0000005, new Meaning("access violation", null)),
            Map.entry(0xC0000017, new Meaning("out of memory", "Give the container more memory with --memory.")),
            Map.entry(0xC000001D, new Meaning("illegal instruction", "The program needs another processor.")),
            Map.entry(0xC00000FD, new Meaning("stack overflow", null)),
            Map.entry(0xC0000135, new Meaning("a DLL was not found",
                    "Install what the program needs, such as the Visual C++ runtime; nano server lacks many DLLs.")),
            Map.entry(0xC0000139, new Meaning("an entry point was not found in a DLL",
                    "The image is newer than this host, or a DLL has the wrong version.")),
            Map.entry(0xC000013A, new Meaning("ended by Ctrl+C", null)),
            Map.entry(0xC0000142, new Meaning("a DLL failed to initialise",
                    "The image is newer than this host, or the desktop heap is exhausted.")),
            Map.entry(0xC0000409, new Meaning("stack buffer overrun", null)),
            Map.entry(0x80000003, new Meaning("breakpoint", null)),
            Map.entry(9009, new Meaning("cmd found no such command", "Check the spelling and the PATH of the image.")),
            Map.entry(3010, new Meaning("success, a restart is required",
                    "Let the command map this code to 0; containers do not restart.")),
            Map.entry(1641, new Meaning("success, a restart was initiated",
                    "Let the command map this code to 0; containers do not restart.")));

    private ExitCodes() {}

    /** The code for a message: in hexadecimal too, and by name, where that says more. */
    static String describe(int code) {
        Meaning known = KNOWN.get(code);
        StringBuilder text = new StringBuilder().append(code);
        if (code < 0) {
            text.append(" (0x%08X".formatted(code)).append(known == null ? ")" : ", " + known.name() + ")");
        } else if (known != null) {
            text.append(" (").append(known.name()).append(")");
        }
        return text.toString();
    }

    /** What to do about it; null when the code does not say. */
    static String hint(int code) {
        Meaning known = KNOWN.get(code);
        return known == null ? null : known.hint();
    }
}
