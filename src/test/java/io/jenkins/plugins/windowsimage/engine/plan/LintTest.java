package io.jenkins.plugins.windowsimage.engine.plan;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import java.util.List;
import org.junit.Test;

public class LintTest {
    private final PlanFixture fixture = new PlanFixture();

    /** The plan's warnings, as {@code line rule}. */
    private List<String> rules(String... lines) {
        return fixture.plan(lines).warnings().stream()
                .map(warning -> warning.line() + " " + warning.rule().id())
                .toList();
    }

    private void warns(String expected, String... lines) {
        assertEquals(List.of(expected), rules(lines));
    }

    private void isQuiet(String... lines) {
        assertEquals(List.of(), rules(lines));
    }

    @Test
    public void buildkits_rules_about_names_and_keywords() {
        warns("1 StageNameCasing", "FROM a:1 AS Build");
        warns("1 FromAsCasing", "FROM a:1 as build");
        warns("2 DuplicateStageName", "FROM a:1 AS x", "FROM a:1 AS x");
        warns("1 ReservedStageName", "FROM a:1 AS scratch");
        warns("3 ConsistentInstructionCasing", "FROM a:1", "RUN x", "run y");
        warns("2 MaintainerDeprecated", "FROM a:1", "MAINTAINER me");
        warns("4 NoEmptyContinuation", "FROM a:1", "RUN a \\", "", "b");
    }

    @Test
    public void buildkits_rules_about_values() {
        warns("2 LegacyKeyValueFormat", "FROM a:1", "ENV a b");
        warns("2 JSONArgsRecommended", "FROM a:1", "CMD x");
        isQuiet("FROM a:1", "SHELL [\"cmd\"]", "CMD x");
        warns("2 MultipleInstructionsDisallowed", "FROM a:1", "CMD [\"x\"]", "CMD [\"y\"]");
        warns("2 SecretsUsedInArgOrEnv", "FROM a:1", "ARG API_KEY");
        isQuiet("FROM a:1", "ARG PUBLIC_KEY KEYBOARD");
        warns("2 WorkdirRelativePath", "FROM a:1", "WORKDIR app", "WORKDIR sub");
        warns("2 ExposeProtoCasing", "FROM a:1", "EXPOSE 80/TCP");
        warns("2 ExposeInvalidFormat", "FROM a:1", "EXPOSE 127.0.0.1:80:80");
    }

    @Test
    public void buildkits_rules_about_variables() {
        warns("3 UndefinedVar", "FROM a:1", "ARG DECLARED", "ENV b=$UNKNOWN$DECLARED");
        isQuiet("FROM a:1", "EXPOSE 80 $UNKNOWN");
        assertTrue(fixture.plan("FROM a:1", "ENV DIR_ASSETS=x", "WORKDIR /$DIR_ASSET").warnings().get(0).message()
                .endsWith("'$DIR_ASSET' (did you mean $DIR_ASSETS?)"));
        warns("1 UndefinedArgInFrom", "FROM a:1${VERSOIN}");
        assertEquals(List.of("2 InvalidDefaultArgInFrom"), new LintTest().given("V", "a:1").rules("ARG V", "FROM $V"));
        warns("1 FromPlatformFlagConstDisallowed", "FROM --platform=windows/amd64 a:1");
        isQuiet("FROM --platform=windows/amd64 a:1 AS x-windows");
        warns("1 RedundantTargetPlatform", "FROM --platform=$TARGETPLATFORM a:1");
    }

    @Test
    public void a_base_of_another_platform_is_named_with_its_version() {
        BuildPlan plan = BuildPlan.of(
                fixture.platform("windows/arm64").graph("FROM a:1"),
                (image, wanted) -> ImageConfig.scratch(Platform.parse("windows(10.0.20348.1)/amd64")));
        assertEquals(
                "Base image a:1 was pulled with platform \"windows(10.0.20348.1)/amd64\", expected \"windows/arm64\" for current build",
                plan.warnings().get(0).message());
    }

    private LintTest given(String name, String value) {
        fixture.arg(name, value);
        return this;
    }

    @Test
    public void files_that_the_ignore_file_leaves_out() {
        fixture.ignore("bin\n");
        warns("2 CopyIgnoredFile", "FROM a:1", "COPY bin/x /y", "COPY --from=b:1 bin/x /y");
        fixture.ignore("bin\n!bin/x");
        isQuiet("FROM a:1", "COPY bin/x /y");
        fixture.ignore("*");
        warns("2 CopyIgnoredFile", "FROM a:1", "COPY . /y");
    }

    @Test
    public void the_traps_of_windows() {
        warns("2 BackslashContinuesLine", "FROM a:1", "COPY f c:\\", "RUN dir");
        warns("2 BackslashLost", "FROM a:1", "WORKDIR /a\\bin");
        warns("2 BackslashLost", "FROM a:1", "ENV A=C:\\dir");
        isQuiet("FROM a:1", "ENV A=\"C:\\dir\" B='C:\\dir' C=C:\\\\dir");
        isQuiet("# escape=`", "FROM a:1", "ENV A=C:\\dir");
        assertEquals(
                List.of("2 PowerShellVariable", "2 UndefinedVar"), rules("FROM a:1", "ENV A=$env:TEMP", "RUN $env:TEMP"));
        warns("2 PercentVariable", "FROM a:1", "ENV PATH=C:/x;%PATH%");
        warns("2 PathReplaced", "FROM a:1", "ENV PATH=C:/x");
        assertEquals(List.of("2 MachinePath"), rules("FROM a:1", "ENV PATH=C:/x;$PATH"));
        warns("2 NanoServerTool", "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022", "RUN choco install git");
        isQuiet("FROM mcr.microsoft.com/windows/servercore:ltsc2022", "RUN choco install git");
        warns("1 UnpinnedBase", "FROM a");
        warns("1 UnpinnedBase", "FROM a:latest");
        warns("2 CopyLink", "FROM a:1", "COPY --link f g");
        warns("3 MissingStage", "FROM a:1 AS build", "FROM a:1", "COPY --from=biuld /f /g");
    }

    @Test
    public void rules_can_be_skipped_for_a_file_or_an_instruction() {
        isQuiet("# check=skip=MaintainerDeprecated,JSONArgsRecommended", "FROM a:1", "MAINTAINER me", "CMD x");
        isQuiet("# check=skip=all", "FROM a", "MAINTAINER me");
        warns("4 JSONArgsRecommended", "FROM a:1", "# check=skip=MaintainerDeprecated", "MAINTAINER me", "CMD x");
        warns("3 InvalidDefinitionDescription", "# check=experimental=all", "# wrong words", "ARG a", "FROM a:1");
        isQuiet("# right words", "ARG a", "FROM a:1");
    }

    @Test
    public void warnings_fail_the_build_where_the_file_says_so() {
        BuildPlan plan = fixture.plan("# check=error=true", "FROM a:1", "MAINTAINER me");
        assertEquals("lint violation found for rules: MaintainerDeprecated", plan.failure().summary());
        assertNull(plan.image());
        assertNull(fixture.plan("# check=error=true", "FROM a", "COPY --link f g").failure());
    }
}
