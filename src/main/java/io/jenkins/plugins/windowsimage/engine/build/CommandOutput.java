package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.SecretMask;
import io.jenkins.plugins.windowsimage.engine.windows.RunOutput;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Turns what a command prints into events, whole lines where it prints lines and without its secrets, and keeps the last of them for the
 * error. Thread-safe: standard output and error arrive on threads of their own.
 */
final class CommandOutput implements RunOutput {
    private static final int KEPT_LINES = 20;
    private static final int LONGEST_LINE = 8 * 1024;
    /** The code page of a console that nobody set up, which is what programs in containers write in if not in UTF-8. */
    private static final Charset CONSOLE = Charset.isSupported("IBM437") ? Charset.forName("IBM437") : StandardCharsets.ISO_8859_1;

    private final BuildJournal journal;
    private final int step;
    private final SecretMask secrets;
    private final ByteArrayOutputStream[] open = {new ByteArrayOutputStream(), new ByteArrayOutputStream()};
    private final Deque<String> last = new ArrayDeque<>();

    CommandOutput(BuildJournal journal, int step, SecretMask secrets) {
        this.journal = journal;
        this.step = step;
        this.secrets = secrets;
    }

    @Override
    public synchronized void write(boolean error, byte[] bytes, int length) {
        ByteArrayOutputStream line = open[error ? 1 : 0];
        int start = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\n') {
                line.write(bytes, start, i - start);
                emit(error);
                start = i + 1;
            } else if (line.size() + i - start >= LONGEST_LINE) {
                line.write(bytes, start, i - start);
                emit(error);
                start = i;
            }
        }
        line.write(bytes, start, length - start);
    }

    /** Tells what was printed without a line end. */
    synchronized void flush() {
        for (boolean error : new boolean[] {false, true}) {
            if (open[error ? 1 : 0].size() > 0) {
                emit(error);
            }
        }
    }

    /** The last lines, oldest first. */
    synchronized List<String> lastLines() {
        flush();
        return List.copyOf(last);
    }

    private void emit(boolean error) {
        ByteArrayOutputStream line = open[error ? 1 : 0];
        String text = secrets.apply(decode(line.toByteArray()).stripTrailing());
        line.reset();
        last.addLast(text);
        if (last.size() > KEPT_LINES) {
            last.removeFirst();
        }
        journal.on(new BuildEvent.Output(step, error, text));
    }

    private static String decode(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, CONSOLE);
        }
    }
}
