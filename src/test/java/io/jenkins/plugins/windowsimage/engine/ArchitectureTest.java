package io.jenkins.plugins.windowsimage.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchUnitRunner;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.runner.RunWith;

/** The arrows between the parts of the engine, as docs/architecture.md draws them. */
@RunWith(ArchUnitRunner.class)
@AnalyzeClasses(
        packages = "io.jenkins.plugins.windowsimage.engine",
        importOptions = ImportOption.DoNotIncludeTests.class)
public class ArchitectureTest {
    private static final String ENGINE = "io.jenkins.plugins.windowsimage.engine";

    @ArchTest
    public static final ArchRule arrows_run_one_way = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage(ENGINE + "..")
            .withOptionalLayers(true)
            .layer("engine").definedBy(ENGINE)
            .layer("image").definedBy(ENGINE + ".image..")
            .layer("dockerfile").definedBy(ENGINE + ".dockerfile..")
            .layer("files").definedBy(ENGINE + ".files..")
            .layer("plan").definedBy(ENGINE + ".plan..")
            .layer("store").definedBy(ENGINE + ".store..")
            .layer("layer").definedBy(ENGINE + ".layer..")
            .layer("registry").definedBy(ENGINE + ".registry..")
            .layer("windows").definedBy(ENGINE + ".windows..")
            .layer("attest").definedBy(ENGINE + ".attest..")
            .layer("build").definedBy(ENGINE + ".build..")
            .layer("cli").definedBy(ENGINE + ".cli..")
            .whereLayer("cli").mayNotBeAccessedByAnyLayer()
            .whereLayer("build").mayOnlyBeAccessedByLayers("cli")
            .whereLayer("plan").mayOnlyBeAccessedByLayers("build", "cli")
            .whereLayer("attest").mayOnlyBeAccessedByLayers("build", "cli")
            .whereLayer("registry").mayOnlyBeAccessedByLayers("build", "cli")
            .whereLayer("windows").mayOnlyBeAccessedByLayers("build", "cli")
            .whereLayer("layer").mayOnlyBeAccessedByLayers("windows", "attest", "build", "cli")
            .whereLayer("store").mayOnlyBeAccessedByLayers("layer", "registry", "windows", "attest", "build", "cli")
            .whereLayer("files").mayOnlyBeAccessedByLayers("layer", "windows", "attest", "build", "cli")
            .whereLayer("dockerfile").mayOnlyBeAccessedByLayers("plan", "files", "build", "cli")
            .whereLayer("image").mayNotAccessAnyLayer()
            .whereLayer("engine").mayNotAccessAnyLayer();

    @ArchTest
    public static final ArchRule there_are_no_circles =
            slices().matching(ENGINE + ".(*)..").should().beFreeOfCycles();

    @ArchTest
    public static final ArchRule the_engine_knows_nothing_of_jenkins = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("hudson..", "jenkins..", "org.jenkinsci..", "org.kohsuke..");

    @ArchTest
    public static final ArchRule only_the_command_line_parses_options =
            noClasses().that().resideOutsideOfPackage(ENGINE + ".cli..").should().dependOnClassesThat()
                    .resideInAPackage("picocli..");

    @ArchTest
    public static final ArchRule only_the_windows_api_speaks_jna = noClasses()
            .that()
            .resideOutsideOfPackage(ENGINE + ".windows..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.jna..");
}
