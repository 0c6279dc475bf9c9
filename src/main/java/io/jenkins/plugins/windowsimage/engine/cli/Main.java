package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.build.FullHeap;
import io.jenkins.plugins.windowsimage.engine.build.IoFailures;
import io.jenkins.plugins.windowsimage.engine.registry.HttpClientSettings;
import io.jenkins.plugins.windowsimage.engine.registry.HttpClientThreads;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line {@code windows-image}. */
@Command(
        name = "windows-image",
        description = "Builds Windows container images without Docker.",
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Main {
    private static final List<Class<?>> COMMANDS = List.of(
            BuildCommand.class,
            PlanCommand.class,
            PushCommand.class,
            TagCommand.class,
            IndexCommand.class,
            ImagesCommand.class,
            InspectCommand.class,
            HistoryCommand.class,
            RmCommand.class,
            PruneCommand.class,
            FsckCommand.class,
            DoctorCommand.class,
            DemoCommand.class,
            WarmUpCommand.class);

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
    private boolean help;

    @Option(names = {"-V", "--version"}, versionHelp = true, description = "Show the version.")
    private boolean version;

    private final Machine machine;

    private Main(Machine machine) {
        this.machine = machine;
    }

    /** The machine that the command works with. */
    Machine machine() {
        return machine;
    }

    /** Runs one command and ends the process with its exit code (docs/result-format.md). */
    public static void main(String[] arguments) {
        // Names in images are Unicode; what the platform would print is not always.
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
        // What is logged stands in the log of a build; one line each is enough there.
        System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s: %5$s%6$s%n");
        HttpClientSettings.apply();
        Signals.listen();
        int code = run(arguments);
        System.out.flush();
        HttpClientThreads.end();
        Signals.ended(code);
        System.exit(code);
    }

    /** Runs one command and returns its exit code. */
    static int run(String... arguments) {
        return run(new ThisMachine(), arguments);
    }

    static int run(Machine machine, String... arguments) {
        try {
            return execute(machine, arguments);
        } catch (OutOfMemoryError e) {
            return report(FullHeap.failure(e));
        }
    }

    private static int execute(Machine machine, String... arguments) {
        CommandLine line = new CommandLine(new Main(machine));
        wanted(arguments).forEach(line::addSubcommand);
        return line.setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setExecutionExceptionHandler((failure, command, parsed) -> report(failure))
                .setParameterExceptionHandler(new UsageErrors())
                .execute(arguments);
    }

    /** The command that is asked for: to find out the options of all takes a quarter of the time to start. All of them for the help. */
    private static List<Class<?>> wanted(String... arguments) {
        return COMMANDS.stream().filter(type -> arguments.length > 0 && isCalled(arguments[0], type.getAnnotation(Command.class)))
                .findFirst().<List<Class<?>>>map(List::of).orElse(COMMANDS);
    }

    private static boolean isCalled(String name, Command command) {
        return command.name().equals(name) || List.of(command.aliases()).contains(name);
    }

    private static int report(Exception failure) {
        if (failure instanceof EngineException expected) {
            ErrorReport.print(System.err, expected);
            return expected.kind().exitCode();
        }
        if (failure instanceof IOException io) {
            ErrorReport.print(System.err, IoFailures.failure(io));
            return ErrorKind.IO_ERROR.exitCode();
        }
        System.err.println("ERROR: internal error, please report it with what follows");
        failure.printStackTrace();
        return ErrorKind.INTERNAL.exitCode();
    }

    /** The version that the jar was built as. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"windows-image " + (version == null ? "(not packaged)" : version)};
        }
    }
}
