package io.jenkins.plugins.windowsimage.agent;

import hudson.FilePath;
import hudson.Launcher;
import hudson.model.TaskListener;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.windowsimage.agent.worker.ControlDirectory;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Optional;
import jenkins.MasterToSlaveFileCallable;
import org.jenkinsci.plugins.durabletask.Controller;

/**
 * Follows an engine process through its {@link ControlDirectory}. Stored with the running build; fields are never renamed.
 *
 * <p>The exit status is always 0 once the process is over, however it ended: {@link #getOutput} tells how, as an
 * {@link EngineOutcome}. A process that gives no sign of life and cannot be seen either is over as well.
 */
public final class EngineController extends Controller {
    private static final long serialVersionUID = 1L;

    /** Most of the log that one call moves, in bytes. */
    private static final int LOG_CHUNK = 1 << 20;
    /** Most of the events that one call moves, in bytes. */
    private static final int EVENT_CHUNK = 256 << 10;
    /** Largest result that is read from an agent, in bytes; a larger one is refused later, so one byte more is read. */
    private static final int RESULT_LIMIT = (8 << 20) + 1;

    private final String directory;
    private final boolean quiet;
    /** Under which {@link EngineEvents} finds who wants the events. */
    private final String key;

    private long logPosition;
    private boolean lost;
    /** After a restart the newest events are enough. */
    private transient long eventPosition;

    EngineController(String directory, boolean quiet, String key) {
        this.directory = directory;
        this.quiet = quiet;
        this.key = key;
    }

    private FilePath directory(FilePath workspace) {
        return workspace.child(directory);
    }

    @Override
    public boolean writeLog(FilePath workspace, OutputStream sink) throws IOException, InterruptedException {
        if (EngineEvents.isWanted(key)) {
            passEvents(workspace);
        }
        byte[] chunk = directory(workspace).act(new ReadLog(logPosition, LOG_CHUNK));
        if (chunk == null || chunk.length == 0) {
            return false;
        }
        if (!quiet) {
            sink.write(chunk);
            sink.flush();
        }
        logPosition += chunk.length;
        return true;
    }

    /** Passes on whole lines; when there are too many, only the newest. */
    private void passEvents(FilePath workspace) throws IOException, InterruptedException {
        NewEvents events = directory(workspace).act(new ReadEvents(eventPosition, EVENT_CHUNK));
        eventPosition = events.end;
        new String(events.lines, StandardCharsets.UTF_8).lines().forEach(line -> EngineEvents.pass(key, line));
    }

    @Override
    public Integer exitStatus(FilePath workspace, Launcher launcher, TaskListener listener)
            throws IOException, InterruptedException {
        Look look = directory(workspace).act(new LookAt());
        if (look.logLength > logPosition) {
            return null;
        }
        lost = look.state == State.LOST;
        return look.state == State.RUNNING ? null : Integer.valueOf(0);
    }

    /** The {@link EngineOutcome}. */
    @Override
    public byte[] getOutput(FilePath workspace, Launcher launcher) throws IOException, InterruptedException {
        Integer exitCode = lost ? null : directory(workspace).act(new ReadExit());
        byte[] result = null;
        FilePath file = directory(workspace).child("result.json");
        if (file.exists()) {
            try (InputStream in = file.read()) {
                result = in.readNBytes(RESULT_LIMIT);
            }
        }
        return new EngineOutcome(exitCode, result).toBytes();
    }

    /** Asks the process to end; {@link #exitStatus} tells when it has. */
    @Override
    public void stop(FilePath workspace, Launcher launcher) throws IOException, InterruptedException {
        directory(workspace).act(new Cancel());
    }

    /** Removes the control directory; a process that still works for it ends itself then. */
    @Override
    public void cleanup(FilePath workspace) throws IOException, InterruptedException {
        directory(workspace).deleteRecursive();
    }

    @Override
    public String getDiagnostics(FilePath workspace, Launcher launcher) throws IOException, InterruptedException {
        Look look = directory(workspace).act(new LookAt());
        return "engine " + look.state + ", last sign of life " + look.heartbeatAge + " ms ago, control directory " + directory;
    }

    private enum State {
        RUNNING,
        ENDED,
        LOST
    }

    /** What was seen in the control directory at one time. */
    private static final class Look implements Serializable {
        private static final long serialVersionUID = 1L;

        private final State state;
        private final long heartbeatAge;
        private final long logLength;

        Look(State state, long heartbeatAge, long logLength) {
            this.state = state;
            this.heartbeatAge = heartbeatAge;
            this.logLength = logLength;
        }
    }

    /** Looks at the control directory; takes a second look before it calls a process lost. */
    private static final class LookAt extends MasterToSlaveFileCallable<Look> {
        private static final long serialVersionUID = 1L;

        /** A process that cannot be seen and gave no sign of life for so long is lost, in milliseconds. */
        private static final long SILENCE = 8_000;
        /** A process that can be seen may be slow for so long, in milliseconds. */
        private static final long STARVATION = 120_000;
        private static final long SECOND_LOOK = 1_500;

        @Override
        public Look invoke(File file, VirtualChannel channel) throws IOException, InterruptedException {
            ControlDirectory control = new ControlDirectory(file.toPath());
            Look look = look(control);
            if (look.state == State.LOST) {
                // After a pause of the whole machine everything looks old; what lives shows it at once.
                Thread.sleep(SECOND_LOOK);
                look = look(control);
            }
            return look;
        }

        private static Look look(ControlDirectory control) throws IOException {
            // The exit code first: the log is complete when there is one.
            boolean ended = control.readExit().isPresent();
            long length = control.log().toFile().length();
            if (ended) {
                return new Look(State.ENDED, 0, length);
            }
            long age;
            try {
                age = control.heartbeatAge();
            } catch (NoSuchFileException e) {
                // The directory was taken away, and with it the process ends.
                return new Look(State.LOST, Long.MAX_VALUE, length);
            }
            boolean lost = age > STARVATION || age > SILENCE && !control.isProcessVisible();
            return new Look(lost ? State.LOST : State.RUNNING, age, length);
        }
    }

    private static final class ReadLog extends MasterToSlaveFileCallable<byte[]> {
        private static final long serialVersionUID = 1L;

        private final long position;
        private final int limit;

        ReadLog(long position, int limit) {
            this.position = position;
            this.limit = limit;
        }

        @Override
        public byte[] invoke(File file, VirtualChannel channel) throws IOException {
            File log = new ControlDirectory(file.toPath()).log().toFile();
            long available = log.length() - position;
            if (available <= 0) {
                return null;
            }
            byte[] chunk = new byte[(int) Math.min(available, limit)];
            try (RandomAccessFile in = new RandomAccessFile(log, "r")) {
                in.seek(position);
                in.readFully(chunk);
            }
            return chunk;
        }
    }

    /** Whole lines of the event file up to a position in it. */
    private static final class NewEvents implements Serializable {
        private static final long serialVersionUID = 1L;

        private final byte[] lines;
        private final long end;

        NewEvents(byte[] lines, long end) {
            this.lines = lines;
            this.end = end;
        }
    }

    private static final class ReadEvents extends MasterToSlaveFileCallable<NewEvents> {
        private static final long serialVersionUID = 1L;

        private final long position;
        private final int limit;

        ReadEvents(long position, int limit) {
            this.position = position;
            this.limit = limit;
        }

        @Override
        public NewEvents invoke(File file, VirtualChannel channel) throws IOException {
            File events = new ControlDirectory(file.toPath()).events().toFile();
            long length = events.length();
            long start = Math.max(position, length - limit);
            if (start >= length) {
                return new NewEvents(new byte[0], position);
            }
            byte[] chunk = new byte[(int) (length - start)];
            try (RandomAccessFile in = new RandomAccessFile(events, "r")) {
                in.seek(start);
                in.readFully(chunk);
            }
            int whole = chunk.length;
            while (whole > 0 && chunk[whole - 1] != '\n') {
                whole--;
            }
            return new NewEvents(Arrays.copyOf(chunk, whole), start + whole);
        }
    }

    private static final class ReadExit extends MasterToSlaveFileCallable<Integer> {
        private static final long serialVersionUID = 1L;

        @Override
        public Integer invoke(File file, VirtualChannel channel) throws IOException {
            Optional<Integer> code = new ControlDirectory(file.toPath()).readExit();
            return code.orElse(null);
        }
    }

    private static final class Cancel extends MasterToSlaveFileCallable<Void> {
        private static final long serialVersionUID = 1L;

        @Override
        public Void invoke(File file, VirtualChannel channel) throws IOException {
            new ControlDirectory(file.toPath()).requestCancel();
            return null;
        }
    }
}
