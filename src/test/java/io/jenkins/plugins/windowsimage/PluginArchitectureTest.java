package io.jenkins.plugins.windowsimage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchUnitRunner;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.runner.RunWith;

/** The arrows between the parts of the plugin, as docs/architecture.md tells them. */
@RunWith(ArchUnitRunner.class)
@AnalyzeClasses(packages = "io.jenkins.plugins.windowsimage", importOptions = ImportOption.DoNotIncludeTests.class)
public class PluginArchitectureTest {
    private static final String ROOT = "io.jenkins.plugins.windowsimage";

    @ArchTest
    public static final ArchRule the_controller_uses_only_values_of_the_engine = noClasses()
            .that()
            .resideInAnyPackage(ROOT + ".action..", ROOT + ".agent..", ROOT + ".config..", ROOT + ".freestyle..", ROOT + ".pipeline..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    ROOT + ".engine.build..",
                    ROOT + ".engine.cli..",
                    ROOT + ".engine.dockerfile..",
                    ROOT + ".engine.files..",
                    ROOT + ".engine.layer..",
                    ROOT + ".engine.plan..",
                    ROOT + ".engine.registry..",
                    ROOT + ".engine.store..",
                    ROOT + ".engine.windows..");

    @ArchTest
    public static final ArchRule the_worker_is_plain_java = noClasses()
            .that()
            .resideInAPackage(ROOT + ".agent.worker..")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages("java..", ROOT + ".agent.worker..", ROOT + ".engine");

    @ArchTest
    public static final ArchRule the_agent_part_knows_nothing_of_steps_and_pages = noClasses()
            .that()
            .resideInAPackage(ROOT + ".agent..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + ".action..", ROOT + ".config..", ROOT + ".freestyle..", ROOT + ".pipeline..");

    @ArchTest
    public static final ArchRule pages_know_nothing_of_steps = noClasses()
            .that()
            .resideInAPackage(ROOT + ".action..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + ".agent..", ROOT + ".config..", ROOT + ".freestyle..", ROOT + ".pipeline..");
}
