package io.jenkins.plugins.windowsimage.engine.windows.sim;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A process in a container: a thread that carries out a command line. Its fields are touched with the lock held. */
final class SimProcess {
    final Object lock;
    final SimSystem system;
    final int id;
    final String commandLine;
    final String workingDirectory;
    final String user;
    final Map<String, String> environment;
    final SimPipe output;
    final SimPipe error;
    final List<SimRegistration> registrations = new ArrayList<>();
    final Runnable exitListener;
    boolean inputClosed;
    boolean exited;
    int exitCode;
    boolean outputReleased;
    private final Thread thread;

    SimProcess(
            Object lock,
            SimSystem system,
            int id,
            String commandLine,
            String workingDirectory,
            String user,
            Map<String, String> environment,
            java.util.function.Consumer<SimProcess> exitListener) {
        this.lock = lock;
        this.system = system;
        this.id = id;
        this.commandLine = commandLine;
        this.workingDirectory = workingDirectory;
        this.user = user;
        this.environment = Map.copyOf(environment);
        this.exitListener = () -> exitListener.accept(this);
        output = new SimPipe(lock);
        error = new SimPipe(lock);
        thread = new Thread(this::run, "sim-process-" + id);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        int code;
        try {
            code = new SimShell(this).run();
        } catch (InterruptedException e) {
            code = 0xC000013A;
        } catch (IOException e) {
            code = 1;
        }
        synchronized (lock) {
            end(code);
        }
    }

    /** Ends the process from outside; called with the lock held. */
    void kill(int code) {
        thread.interrupt();
        end(code);
    }

    private void end(int code) {
        if (exited) {
            return;
        }
        exited = true;
        exitCode = code;
        releaseOutput();
        lock.notifyAll();
        exitListener.run();
    }

    private void releaseOutput() {
        if (!outputReleased) {
            outputReleased = true;
            output.removeWriter();
            error.removeWriter();
        }
    }

    String status() {
        return exited
                ? "{\"ProcessId\":%d,\"Exited\":true,\"ExitCode\":%d,\"LastWaitResult\":0}"
                        .formatted(id, Integer.toUnsignedLong(exitCode))
                : "{\"ProcessId\":%d,\"Exited\":false}".formatted(id);
    }
}
