package io.jenkins.plugins.windowsimage.engine.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@link Main} on a simulated Windows, for tests of what starts the command line as a process. */
public final class SimulatedMain {
    /** Environment variable that names the file to which is written, in the end, what was left in Windows: a line for each. */
    public static final String REPORT_VARIABLE = "SIMULATOR_REPORT";

    private SimulatedMain() {}

    public static void main(String[] arguments) throws IOException {
        System.setOut(new PrintStream(System.out, true, StandardCharsets.UTF_8));
        Signals.listen();
        SimulatedMachine machine = SimulatedMachine.ofThisProcess();
        int code = Main.run(machine, arguments);
        List<String> left = machine.windows.problems();
        machine.after();
        if (System.getenv(REPORT_VARIABLE) != null) {
            Files.write(Path.of(System.getenv(REPORT_VARIABLE)), left);
        }
        Signals.ended(code);
        System.exit(code);
    }

    /** Writes a base image that the simulated Windows takes, as an OCI layout. */
    public static void writeBase(Path layout, String osVersion) throws IOException {
        WindowsBase.write(layout, osVersion);
    }
}
