package io.jenkins.plugins.windowsimage.engine.windows.machine;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import io.jenkins.plugins.windowsimage.engine.windows.ContainerNetwork.Lease;
import io.jenkins.plugins.windowsimage.engine.windows.OwnerTag;
import io.jenkins.plugins.windowsimage.engine.windows.WindowsVersion;
import io.jenkins.plugins.windowsimage.engine.windows.api.Guid;
import io.jenkins.plugins.windowsimage.engine.windows.api.SystemLibraries;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import io.jenkins.plugins.windowsimage.engine.windows.compute.HcsContainerHost;
import io.jenkins.plugins.windowsimage.engine.windows.compute.Timeouts;
import io.jenkins.plugins.windowsimage.engine.windows.network.HcnContainerNetwork;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The real services, where they are: what can be asked of them without an image. */
public class ServicesOnWindowsTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private WindowsApi api;

    @Before
    public void needs_the_host_compute_service() {
        assumeTrue("this is " + System.getProperty("os.name") + ", not Windows",
                System.getProperty("os.name").startsWith("Windows"));
        api = new SystemLibraries();
        Optional<Probe> missing = new MachineProbes(api, root()).missing();
        assumeTrue(missing.map(Probe::toString).orElse(""), missing.isEmpty());
    }

    private Path root() {
        return folder.getRoot().toPath();
    }

    @Test
    public void the_version_is_that_of_a_host_with_containers() {
        WindowsVersion version = WindowsVersion.ofHost(api);
        assertTrue(version.toString(), version.build() >= WindowsVersion.SERVER_2019);
        assertNotEquals(-1, version.revision());
    }

    @Test
    public void every_probe_answers() {
        for (Probe probe : new MachineProbes(api, root()).all()) {
            System.out.println(probe);
            assertNotEquals(probe.toString(), Probe.Status.FAIL, probe.status());
        }
    }

    @Test
    public void a_name_has_one_layer_id() {
        Guid first = new Guid();
        Guid second = new Guid();
        assertEquals(0, api.vmCompute().NameToGuid("layer", first));
        assertEquals(0, api.vmCompute().NameToGuid("layer", second));
        assertEquals(first.toUuid(), second.toUuid());
        assertNotEquals(new UUID(0, 0), first.toUuid());
    }

    @Test
    public void an_endpoint_on_the_nat_network_comes_and_goes() {
        HcnContainerNetwork network =
                new HcnContainerNetwork(api, OwnerTag.ofThisProcess(root()), List.of());
        try (Lease process = network.attach("nat", false);
                Lease hyperv = network.attach("nat", true)) {
            assertNotEquals(process.attachment().endpoint(), hyperv.attachment().endpoint());
            assertNotEquals(null, process.attachment().namespace());
        }
        network.sweep();
    }

    @Test
    public void leftover_containers_can_be_looked_for() {
        new HcsContainerHost(api, OwnerTag.ofThisProcess(root()), Timeouts.DEFAULT).sweep();
    }
}
