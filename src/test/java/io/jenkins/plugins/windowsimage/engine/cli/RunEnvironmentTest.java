package io.jenkins.plugins.windowsimage.engine.cli;

import static org.hamcrest.CoreMatchers.containsString;
import static org.hamcrest.CoreMatchers.hasItem;
import static org.hamcrest.CoreMatchers.not;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;

/** What a command of a whole build sees: variables, directory, user, shell, network, isolation and limits; Windows is simulated. */
public class RunEnvironmentTest {
    @Rule
    public final SimulatedMachine machine = new SimulatedMachine();

    @After
    public void nothing_is_left() throws IOException {
        assertEquals(List.of(), machine.leftovers());
    }

    @Test
    public void a_command_has_the_environment_directory_and_user_of_the_image() throws IOException {
        OciTree image = machine.image("""
                # escape=`
                FROM base
                ARG NUMBER=7
                ARG UNSEEN
                ENV FIRST=1 PATH="C:\\ours;${PATH}"
                WORKDIR C:\\work\\deep
                USER ContainerAdministrator
                RUN env base && env FIRST && env PATH && env number && env UNSEEN && cwd && whoami && write here.txt x
                USER ContainerUser
                RUN whoami
                """);
        assertEquals(List.of("from the base", "1", "C:\\ours;C:\\base", "7", "", "C:\\work\\deep", "ContainerAdministrator",
                "ContainerUser"), machine.printed());
        assertEquals("x", image.files().get("work/deep/here.txt"));
        assertThat(image.config().at("/config/Env").toString(), not(containsString("NUMBER")));
        assertEquals("C:\\work\\deep", image.config().at("/config/WorkingDir").asText());
    }

    @Test
    public void an_argument_does_not_hide_a_variable_of_the_image() throws IOException {
        machine.image("FROM base\nENV A=env\nARG A=arg\nRUN env A\n");
        assertEquals(List.of("env"), machine.printed());
    }

    @Test
    public void the_shell_decides_how_a_text_is_run() throws IOException {
        machine.image("FROM base\nSHELL [\"cmd\", \"/D\", \"/C\"]\nRUN echo one \"two\"\nSHELL [\"echo\", \"-x\"]\nRUN a \"b c\"\n");
        assertEquals(List.of("one \"two\"", "-x a \"b c\""), machine.printed());
    }

    @Test
    public void words_of_the_exec_form_arrive_as_they_are() throws IOException {
        machine.image("FROM base\nRUN [\"arguments\", \"plain\", \"with blank\", \"quo\\\"te\", \"C:\\\\dir\\\\\", \"C:\\\\my dir\\\\\", \"\", "
                + "\"a\\\\\\\"b\", \"%PATH%\", \"x && y\"]\n");
        assertEquals(List.of("plain", "with blank", "quo\"te", "C:\\dir\\", "C:\\my dir\\", "", "a\\\"b", "%PATH%", "x && y"),
                machine.printed());
    }

    @Test
    public void every_line_of_a_heredoc_is_run() throws IOException {
        OciTree image = machine.image("""
                FROM base
                RUN <<EOF
                write C:\\a.txt first
                echo second
                env BASE
                EOF
                """);
        assertEquals(List.of("second", "from the base"), machine.printed());
        assertEquals("first", image.files().get("a.txt"));
        assertFalse(image.files().toString(), image.files().keySet().stream().anyMatch(file -> file.startsWith("run/")));
        assertThat(image.config().get("history").toString(), containsString("write C:"));
    }

    @Test
    public void a_lines_failure_counts_only_at_the_end_of_a_heredoc() throws IOException {
        assertEquals(0, machine.build("FROM base\nRUN <<EOF\nexit 3\necho on\nEOF\n").code());
        assertEquals(1, machine.build("FROM base\nRUN <<EOF\necho on\nexit 3\nEOF\n").code());
        assertEquals(3, machine.result().at("/error/exitCode").asInt());
    }

    @Test
    public void a_command_has_the_network_that_was_asked_for() throws IOException {
        machine.image("FROM base\nRUN network\n");
        assertEquals(List.of("nat 10.0.0.53"), machine.printed());
        assertEquals(1, machine.build("FROM base\nRUN --network=none network\n").code());
        assertEquals(1, machine.build("FROM base\nRUN network && echo x\n", "--network", "none").code());
        machine.windows.network().addNetwork("external", "Transparent", "10.0.0.0/8", null);
        machine.image("FROM base\nRUN echo y && network\n", "--network", "external");
        assertThat(machine.printed(), hasItem("external 10.0.0.53"));
        CommandLineRun unknown = machine.build("FROM base\nRUN echo z\n", "--network", "extrnal");
        assertThat(unknown.err(), containsString("no container network \"extrnal\""));
        assertThat(unknown.err(), containsString("external"));
    }

    @Test
    public void proxies_reach_the_command_but_not_the_image() throws IOException {
        OciTree image = machine.image("FROM base\nRUN env HTTPS_PROXY && env no_proxy\n",
                "--build-arg", "https_proxy=http://user:pass@proxy:3128", "--build-arg", "NO_PROXY=localhost");
        assertEquals(List.of("http://user:pass@proxy:3128", "localhost"), machine.printed());
        assertThat(image.config().toString(), not(containsString("proxy:3128")));
    }

    @Test
    public void further_host_names_are_known_to_the_command_only() throws IOException {
        OciTree image = machine.image("FROM base\nRUN type C:\\Windows\\System32\\drivers\\etc\\hosts\n", "--add-host", "db:10.1.2.3");
        assertEquals(List.of("10.1.2.3 db"), machine.printed());
        assertFalse(image.files().keySet().stream().anyMatch(file -> file.contains("hosts")));
    }

    private CommandLineRun buildOn(String version, String isolation) throws IOException {
        String name = "base-" + version;
        if (!Files.exists(machine.path(name))) {
            WindowsBase.write(machine.path(name), version);
        }
        return machine.build("FROM versioned\nRUN write C:\\a x\n", "--no-cache", "--os-version", version,
                "--build-context", "versioned=oci-layout://" + machine.path(name), "--isolation", isolation);
    }

    @Test
    public void the_isolation_follows_from_the_versions() throws IOException {
        assertEquals(0, buildOn("10.0.20348.9", "auto").code());
        assertEquals(0, machine.windows.faults().count("VmCompute.HcsStartComputeSystem"));
        assertEquals(0, buildOn("10.0.17763.1", "auto").code());
        assertEquals(1, machine.windows.faults().count("VmCompute.HcsStartComputeSystem"));
        assertEquals(0, buildOn("10.0.20348.9", "hyperv").code());
        assertEquals(2, machine.windows.faults().count("VmCompute.HcsStartComputeSystem"));
        CommandLineRun process = buildOn("10.0.17763.1", "process");
        assertThat(process.err(), containsString("cannot run in process isolation"));
        CommandLineRun newer = buildOn("10.0.26100.1", "auto");
        assertThat(newer.err(), containsString("newer than this host"));
        assertEquals(1, machine.windows.faults().count("ComputeCore.HcsStartComputeSystem"));
    }

    @Test
    public void a_virtual_machine_builds_the_same_image() throws IOException {
        String dockerfile = "FROM base\nRUN mkdir C:\\d && write C:\\d\\a x && delete C:\\data\\kept && network\n"
                + "RUN --mount=type=cache,target=C:/c append C:\\d\\a y\n";
        OciTree process = machine.image(dockerfile, "--isolation", "process", "--timestamp", "0");
        OciTree machineImage = machine.image(dockerfile, "--isolation", "hyperv", "--timestamp", "0", "--no-cache");
        assertEquals(process.files(), machineImage.files());
        assertEquals("xy", machineImage.files().get("d/a"));
    }

    @Test
    public void limits_are_those_of_the_options() throws IOException {
        machine.image("FROM base\nRUN echo x\n", "--memory", "512m", "--cpus", "1", "--scratch-size", "40g", "--isolation", "process");
        machine.image("FROM base\nRUN echo x\n", "--memory", "3g", "--cpus", "1", "--isolation", "hyperv", "--no-cache");
        String documents = String.join("\n", machine.windows.documents());
        assertThat(documents, containsString("\"Memory\":{\"SizeInMB\":512}"));
        assertThat(documents, containsString("\"Processor\":{\"Count\":1}"));
        assertThat(documents, containsString("\"MemoryMaximumInMB\":3072"));
        assertThat(documents, containsString("\"ProcessorCount\":1"));
        assertEquals(40L << 30, (long) machine.windows.layers().expansions().get(0));
    }
}
