package io.jenkins.plugins.windowsimage.agent;

import edu.umd.cs.findbugs.annotations.Nullable;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * How an engine process ended. What an agent sent: neither number nor file can be trusted.
 *
 * @param exitCode null when the process was lost: killed, or gone with its machine
 * @param result content of the result file; null when there is none
 */
public record EngineOutcome(@Nullable Integer exitCode, @Nullable byte[] result) {
    private static final String LOST = "lost";

    /** One line with the exit code, then the result file. */
    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(((exitCode == null ? LOST : exitCode) + "\n").getBytes(StandardCharsets.UTF_8));
        if (result != null) {
            bytes.writeBytes(result);
        }
        return bytes.toByteArray();
    }

    /** Reads what {@link EngineController#getOutput} gave, as text. */
    public static EngineOutcome parse(String text) {
        int end = text.indexOf('\n');
        String first = text.substring(0, end);
        byte[] rest = text.substring(end + 1).getBytes(StandardCharsets.UTF_8);
        return new EngineOutcome(
                first.equals(LOST) ? null : Integer.valueOf(first), rest.length == 0 ? null : rest);
    }

    public boolean isLost() {
        return exitCode == null;
    }
}
