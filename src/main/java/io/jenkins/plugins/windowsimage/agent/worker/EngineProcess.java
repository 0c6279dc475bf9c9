package io.jenkins.plugins.windowsimage.agent.worker;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.List;

/**
 * The process in which the engine works. Its standard input is a pipe from the {@link Supervisor} that nothing is ever written
 * to: when it ends, because the build is cancelled or the supervisor is no more, this process ends as on SIGTERM. That
 * works alike on Windows, where a process cannot be asked to end.
 */
public final class EngineProcess {
    private static final int CANCELLED = 130;

    private EngineProcess() {}

    /** @param arguments the control directory */
    public static void main(String[] arguments) throws Throwable {
        Thread watch = new Thread(EngineProcess::endWithInput, "watch-supervisor");
        watch.setDaemon(true);
        watch.start();
        List<String> command = new ControlDirectory(Path.of(arguments[0])).readArguments();
        String[] rest = command.subList(1, command.size()).toArray(new String[0]);
        try {
            Class.forName(command.get(0)).getMethod("main", String[].class).invoke(null, (Object) rest);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static void endWithInput() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is sent.
            }
        } catch (IOException e) {
            // A broken pipe is an end as well.
        }
        System.exit(CANCELLED);
    }
}
