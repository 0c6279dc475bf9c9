package io.jenkins.plugins.windowsimage.config;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;

import io.jenkins.plugins.casc.ConfigurationContext;
import io.jenkins.plugins.casc.ConfiguratorRegistry;
import io.jenkins.plugins.casc.misc.ConfiguredWithCode;
import io.jenkins.plugins.casc.misc.JenkinsConfiguredWithCodeRule;
import io.jenkins.plugins.casc.misc.Util;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;

public class ConfigurationTest {
    @Rule
    public final JenkinsConfiguredWithCodeRule jenkins = new JenkinsConfiguredWithCodeRule();

    @Test
    @ConfiguredWithCode("configuration.yaml")
    public void the_configuration_can_be_code_and_survives_its_form() throws Exception {
        WindowsImageConfiguration configuration = WindowsImageConfiguration.get();
        assertEquals(List.of("localhost:5000", "registry:80"), configuration.insecureRegistryHosts());
        assertEquals("D:\\images", configuration.getStorageRoot());
        ConfigurationContext context = new ConfigurationContext(ConfiguratorRegistry.get());
        String exported = Util.toYamlString(Util.getUnclassifiedRoot(context).get("windowsImageBuild"));
        assertThat(exported, containsString("insecureRegistries: \"localhost:5000, registry:80\""));
        jenkins.configRoundtrip();
        assertEquals("D:\\images", WindowsImageConfiguration.get().getStorageRoot());
        assertEquals(List.of("localhost:5000", "registry:80"), WindowsImageConfiguration.get().insecureRegistryHosts());
    }

    @Test
    public void the_defaults_are_those_of_the_engine() {
        assertEquals(List.of(), WindowsImageConfiguration.get().insecureRegistryHosts());
        assertNull(WindowsImageConfiguration.get().getStorageRoot());
    }
}
