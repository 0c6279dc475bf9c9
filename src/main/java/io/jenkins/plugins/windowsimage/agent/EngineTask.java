package io.jenkins.plugins.windowsimage.agent;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.TaskListener;
import hudson.remoting.VirtualChannel;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.windowsimage.agent.worker.ControlDirectory;
import io.jenkins.plugins.windowsimage.engine.SecretMask;
import io.jenkins.plugins.windowsimage.agent.worker.Supervisor;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import jenkins.MasterToSlaveFileCallable;
import jenkins.security.MasterToSlaveCallable;
import org.jenkinsci.plugins.durabletask.Controller;
import org.jenkinsci.plugins.durabletask.DurableTask;

/**
 * One start of the engine on an agent. Lives only until the process runs: it knows secrets and is never stored. The process
 * goes on by itself when the controller restarts or the agent's connection is lost; {@link EngineController} follows it.
 */
public final class EngineTask extends DurableTask {
    /** Set for each process that Jenkins starts, so that the end of a build does not end processes that outlive it by design. */
    private static final String COOKIE = "JENKINS_SERVER_COOKIE";

    private final EngineArguments arguments;
    private final Map<String, String> environment;
    private final SecretMask mask;
    private final boolean quiet;
    private final String key;

    /**
     * @param environment variables for this process only; may carry secrets
     * @param mask what must not be seen in log and result
     * @param quiet whether the engine's output is kept from the log of the build
     * @param key under which {@link EngineEvents} passes on the events
     */
    public EngineTask(
            EngineArguments arguments, Map<String, String> environment, SecretMask mask, boolean quiet, String key) {
        this.arguments = arguments;
        this.environment = Map.copyOf(environment);
        this.mask = mask;
        this.quiet = quiet;
        this.key = key;
    }

    @Override
    public Controller launch(EnvVars env, FilePath workspace, Launcher launcher, TaskListener listener)
            throws IOException, InterruptedException {
        EngineDistribution engine = EngineDistribution.get();
        List<String> classPath = EngineInstallation.install(nodeRoot(workspace), engine.classPath());
        workspace.mkdirs();
        FilePath temporary = WorkspaceList.tempDir(workspace);
        if (temporary == null) {
            throw new AbortException("The workspace " + workspace + " is the root of a disk; there is no folder beside it to work in.");
        }
        FilePath control = temporary.child("windows-image-" + UUID.randomUUID().toString().substring(0, 8));
        control.act(new Prepare(new ArrayList<>(arguments.commandLine(engine.mainClass(), control))));
        try {
            launcher.launch()
                    .cmds(command(classPath, control, launcher.isUnix()))
                    .envs(escaped(env))
                    .pwd(workspace)
                    // Only what the Java virtual machine itself has to say when it cannot start.
                    .stdout(listener)
                    .quiet(true)
                    .start();
        } catch (IOException | InterruptedException e) {
            control.deleteRecursive();
            throw e;
        }
        return new EngineController(control.getRemote(), quiet, key);
    }

    private static List<String> command(List<String> classPath, FilePath control, boolean unix)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (unix) {
            // The end of the terminal that the agent was started from is not the end of the build.
            command.add("nohup");
        }
        String home = control.getChannel().call(new JavaHome());
        command.addAll(List.of(
                unix ? home + "/bin/java" : home + "\\bin\\java.exe",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-XX:-UsePerfData",
                "-cp",
                String.join(unix ? ":" : ";", classPath),
                Supervisor.class.getName(),
                control.getRemote()));
        return command;
    }

    /** The environment in which a launcher, which expands variables in values, leaves the values as they are. */
    private Map<String, String> escaped(EnvVars env) {
        EnvVars all = new EnvVars(env);
        all.putAll(environment);
        all.put(Supervisor.MASKED_VARIABLE, mask.format());
        all.put(COOKIE, "windows-image-" + UUID.randomUUID());
        all.replaceAll((name, value) -> value.replace("$", "$$"));
        return all;
    }

    private static FilePath nodeRoot(FilePath workspace) throws IOException {
        Computer computer = workspace.toComputer();
        Node node = computer == null ? null : computer.getNode();
        FilePath root = node == null ? null : node.getRootPath();
        if (root == null) {
            throw new AbortException("The agent of the workspace " + workspace + " is offline or gone.");
        }
        return root;
    }

    /** Nothing to do: the engine's output does not become the step's value as it is. */
    @Override
    public void captureOutput() {}

    /** Nothing to do: the engine prints UTF-8. */
    @Override
    public void charset(Charset charset) {}

    /** Nothing to do: the engine prints UTF-8. */
    @Override
    public void defaultCharset() {}

    private static final class Prepare extends MasterToSlaveFileCallable<Void> {
        private static final long serialVersionUID = 1L;

        private final ArrayList<String> arguments;

        Prepare(ArrayList<String> arguments) {
            this.arguments = arguments;
        }

        @Override
        public Void invoke(File directory, VirtualChannel channel) throws IOException {
            new ControlDirectory(directory.toPath()).prepare(arguments);
            return null;
        }
    }

    /** Where the Java of the agent is; it fits the engine, which needs no newer one than agents do. */
    private static final class JavaHome extends MasterToSlaveCallable<String, RuntimeException> {
        private static final long serialVersionUID = 1L;

        @Override
        public String call() {
            return System.getProperty("java.home");
        }
    }
}
