package io.jenkins.plugins.windowsimage.engine.windows.machine;

import static org.hamcrest.CoreMatchers.containsString;
import static org.hamcrest.CoreMatchers.not;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.junit.Assert.assertEquals;
import static org.junit.Assume.assumeFalse;

import io.jenkins.plugins.windowsimage.engine.windows.RunHost;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.Test;

/** On another system than Windows nothing is loaded that speaks to Windows. */
public class LoadedClassesTest {

    /** What a build without RUN does with the run host. */
    public static final class Program {
        private Program() {}

        /** Asks for the run host, and whether it can run. */
        public static void main(String[] args) throws Exception {
            try (RunHost host = RunHosts.forThisMachine(Path.of("unused"), null, List.of(), null, null)) {
                System.out.println(host.unavailable().orElseThrow());
            }
            System.out.println(RunHosts.windowsVersion());
            System.out.println(RunHosts.probes(Path.of("unused"), null));
        }
    }

    @Test
    public void a_build_without_run_loads_no_class_of_the_native_declarations() throws Exception {
        assumeFalse("Windows loads them", System.getProperty("os.name").startsWith("Windows"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Program.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(output, 0, process.waitFor());
        assertThat(output, containsString("RUN needs Windows Server 2019 or newer; this is Linux"));
        assertThat(output, containsString("windows.machine.RunHosts"));
        assertThat(output, not(containsString("engine.windows.api.")));
        assertThat(output, not(containsString("engine.windows.machine.WindowsMachine ")));
        assertThat(output, not(containsString("com.sun.jna.")));
    }
}
