package io.jenkins.plugins.windowsimage.engine.plan;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Problem;
import io.jenkins.plugins.windowsimage.engine.image.ContainerConfig;
import io.jenkins.plugins.windowsimage.engine.image.History;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.Test;

public class BuildPlanTest {
    private static final String FROM = "FROM base:1";
    private final PlanFixture fixture = new PlanFixture();

    private static <T extends Step> T step(BuildPlan plan, int index, Class<T> type) {
        return type.cast(plan.orThrow().target().steps().get(index));
    }

    private Step.Run run(String... lines) {
        BuildPlan plan = fixture.plan(lines);
        return step(plan, plan.orThrow().target().steps().size() - 1, Step.Run.class);
    }

    private Step.Copy copy(String... lines) {
        BuildPlan plan = fixture.plan(lines);
        return step(plan, plan.orThrow().target().steps().size() - 1, Step.Copy.class);
    }

    private void fails(String message, int line, String... lines) {
        BuildPlan plan = fixture.plan(lines);
        assertTrue("should fail: " + String.join(" / ", lines), plan.failure() != null);
        assertTrue(plan.failure().getMessage(), plan.failure().summary().contains(message));
        assertEquals(line, plan.failure().line());
        assertNull(plan.image());
    }

    @Test
    public void the_working_directory_keeps_its_drive() {
        BuildPlan plan = fixture.plan(FROM, "WORKDIR C:/app", "WORKDIR sub", "RUN x", "WORKDIR /", "WORKDIR ..");
        assertEquals("C:\\app", step(plan, 0, Step.Workdir.class).directory());
        assertEquals("C:\\app\\sub", step(plan, 1, Step.Workdir.class).directory());
        assertEquals("C:\\app\\sub", step(plan, 2, Step.Run.class).workingDirectory());
        assertEquals("C:\\", plan.image().config().workingDir());
        assertEquals(
                List.of(true, true, true, false, false),
                plan.target().steps().stream().map(step -> step.info().layer()).toList());
    }

    @Test
    public void the_working_directory_of_the_base_is_where_relative_paths_begin() {
        fixture.base("docker.io/library/base:1", new ContainerConfig.Builder().workingDir("C:\\inetpub"));
        assertEquals("C:\\inetpub\\site\\", copy(FROM, "COPY a site/").destination());
        assertEquals("C:\\inetpub", fixture.plan(FROM).image().config().workingDir());
        fixture.base("docker.io/library/base:1", new ContainerConfig.Builder().workingDir(""));
        assertNull(fixture.plan(FROM).image().config().workingDir());
    }

    @Test
    public void destinations_keep_drive_and_trailing_separator() {
        assertEquals("C:\\d\\", copy("# escape=`", FROM, "COPY f c:\\d\\").destination());
        assertEquals("C:\\d", copy(FROM, "COPY f /d").destination());
        assertEquals("C:\\", copy(FROM, "COPY f C:").destination());
        assertEquals("C:\\w\\", copy(FROM, "WORKDIR /w", "COPY f .").destination());
        assertEquals("C:\\x", copy(FROM, "WORKDIR /w", "COPY f ../x").destination());
        assertEquals("C:\\w\\y", copy(FROM, "WORKDIR /w", "COPY f c:y").destination());
        assertEquals("C:\\w\\b\\", copy(FROM, "WORKDIR /w", "COPY f b/").destination());
        assertTrue(copy(FROM, "WORKDIR /w", "COPY f .").intoDirectory());
        assertFalse(copy(FROM, "COPY f /d").intoDirectory());
        fails("The specified path is not on the system drive (C:)", 2, FROM, "COPY f D:/x");
        fails("UNC paths are not supported", 2, FROM, "COPY f //server/share");
        fails("No relative path specified in \"C:\"", 2, FROM, "WORKDIR C:");
        fails("The specified path is not on the system drive (C:)", 3, FROM, "WORKDIR C:/a/D:", "WORKDIR b");
    }

    @Test
    public void sources_never_leave_their_tree() {
        Step.Copy copy = copy(FROM, "COPY ../a /b/../../c C:/d x\\\\y e/");
        assertEquals(
                List.of("/a", "/c", "/d", "/x/y"),
                copy.sources().stream().map(source -> ((CopySource.Files) source).path()).toList());
        assertEquals("../a", copy.sources().get(0).text());
    }

    @Test
    public void parents_are_counted_from_the_pivot() {
        CopySource.Files files = (CopySource.Files)
                copy(FROM, "COPY --parents src/./lib/*.dll /out/").sources().get(0);
        assertEquals("/src", files.path());
        assertEquals("lib/*.dll", files.pattern());
        assertTrue(files.isWildcard());
    }

    @Test
    public void the_shell_form_is_handed_on_untouched_and_the_exec_form_quoted() {
        assertEquals("cmd /S /C echo \"a  b\" & dir", run(FROM, "RUN echo \"a  b\" & dir").commandLine());
        Step.Run shell = run(FROM, "SHELL [\"powershell\", \"-Command\", \"$x = 'y';\"]", "RUN Get-Item \"c d\"");
        assertEquals("powershell -Command $x = 'y'; Get-Item \"c d\"", shell.commandLine());
        assertEquals(List.of("powershell", "-Command", "$x = 'y';", "Get-Item \"c d\""), shell.args());
        assertEquals(
                "\"C:\\Program Files\\a.exe\" \"b c\" d\\\"e \"f g\\\\\" h\\ \"\"",
                run(FROM, "RUN [\"C:\\\\Program Files\\\\a.exe\",\"b c\",\"d\\\"e\",\"f g\\\\\",\"h\\\\\",\"\"]")
                        .commandLine());
    }

    @Test
    public void commands_of_the_image_are_json_with_the_shell_in_front() {
        BuildPlan plan = fixture.plan(FROM, "ENTRYPOINT a b", "CMD c \"d\"");
        assertEquals(List.of("cmd", "/S", "/C", "a b"), plan.image().config().entrypoint());
        assertEquals(List.of("cmd", "/S", "/C", "c \"d\""), plan.image().config().cmd());
        assertEquals(Boolean.TRUE, plan.image().config().argsEscaped());
        fixture.base("docker.io/library/base:1", new ContainerConfig.Builder().cmd(List.of("old")));
        assertNull(fixture.plan(FROM, "ENTRYPOINT [\"x\"]").image().config().cmd());
        assertEquals(List.of("old"), fixture.plan(FROM, "LABEL a=b").image().config().cmd());
        assertNull(fixture.plan(FROM, "CMD []").image().config().cmd());
    }

    @Test
    public void variable_names_fold_case_and_keep_their_place() {
        fixture.base("docker.io/library/base:1", new ContainerConfig.Builder().env("Path", "C:\\b").env("X", "1"));
        BuildPlan plan = fixture.plan("# escape=`", FROM, "ENV PATH=C:\\a;$path", "RUN x");
        assertEquals(List.of("PATH=C:\\a;C:\\b", "X=1"), plan.image().config().env());
        assertEquals("C:\\a;C:\\b", step(plan, 1, Step.Run.class).environment().get("PATH"));
    }

    @Test
    public void env_wins_over_arg_of_the_same_name() {
        fixture.arg("V", "given");
        BuildPlan plan = fixture.plan(FROM, "ENV V=env", "ARG V=arg", "ENV W=$V", "RUN x");
        assertEquals(List.of("V=env", "W=env"), plan.image().config().env());
        assertEquals(Map.of("V", "env", "W", "env"), step(plan, 3, Step.Run.class).environment());
        Step.Run other = run(FROM, "ARG V=arg", "RUN x");
        assertEquals(Map.of("V", "given"), other.environment());
        assertEquals("RUN |1 V=given cmd /S /C x # buildkit", other.info().createdBy());
    }

    @Test
    public void an_instruction_sees_the_state_before_itself() {
        BuildPlan plan = fixture.plan(FROM, "ENV a=1", "ENV a=2 b=$a a=3");
        assertEquals(List.of("a=3", "b=1"), plan.image().config().env());
        assertEquals("ENV a=2 b=1 a=3", plan.image().history().get(1).createdBy());
    }

    @Test
    public void a_path_that_the_base_does_not_state_is_that_of_the_machine() {
        String[] lines = {"# escape=`", FROM, "ENV PATH=C:\\t;${PATH}"};
        BuildPlan plan = fixture.plan(lines);
        assertEquals(List.of("PATH=C:\\t;" + StageState.WINDOWS_PATH), plan.image().config().env());
        assertEquals("MachinePath", plan.warnings().get(0).rule().id());
        assertEquals(3, plan.warnings().get(0).line());
        fixture.machinePath("C:\\m");
        assertEquals(List.of("PATH=C:\\t;C:\\m"), fixture.plan(lines).image().config().env());
        assertNull(fixture.plan(FROM, "RUN x").image().config().env());
    }

    @Test
    public void global_arguments_must_be_declared_again() {
        fixture.arg("B", "2");
        BuildPlan plan = fixture.plan(
                "ARG A=1", "ARG B=x", "ARG C=${A}$B", "FROM base:$C", "ARG A", "ARG C", "ARG D", "ARG TARGETOS", "RUN x");
        assertEquals("docker.io/library/base:12", plan.target().base().toString());
        assertEquals(
                new TreeMap<>(Map.of("A", "1", "C", "12", "TARGETOS", "windows")),
                new TreeMap<>(step(plan, 4, Step.Run.class).environment()));
    }

    @Test
    public void platform_arguments_describe_the_image() {
        fixture.platform("windows(10.0.20348.5)/amd64").target("last");
        Step.Run run = run(
                "FROM base:1 AS last",
                "ARG TARGETPLATFORM TARGETOSVERSION BUILDPLATFORM TARGETSTAGE TARGETVARIANT",
                "RUN x");
        assertEquals("windows(10.0.20348.5)/amd64", run.environment().get("TARGETPLATFORM"));
        assertEquals("10.0.20348.5", run.environment().get("TARGETOSVERSION"));
        assertEquals("windows/amd64", run.environment().get("BUILDPLATFORM"));
        assertEquals("last", run.environment().get("TARGETSTAGE"));
        assertEquals("", run.environment().get("TARGETVARIANT"));
    }

    @Test
    public void proxies_reach_commands_but_not_the_history() {
        fixture.arg("http_proxy", "http://p:1");
        Step.Run run = run(FROM, "RUN x");
        assertEquals(Map.of("HTTP_PROXY", "http://p:1"), run.proxies());
        assertEquals(Map.of(), run.environment());
        assertEquals("RUN cmd /S /C x # buildkit", run.info().createdBy());
    }

    @Test
    public void history_lines_match_the_layers() {
        BuildPlan plan = fixture.plan(
                FROM, "ENV A=1", "COPY --chown=ContainerUser f g/", "WORKDIR /", "WORKDIR /w", "EXPOSE 80", "MAINTAINER me");
        List<History> history = plan.image().history();
        assertEquals(
                List.of("ENV A=1", "COPY --chown=ContainerUser f g/ # buildkit", "WORKDIR /", "WORKDIR /w",
                        "EXPOSE [80/tcp]", "MAINTAINER me"),
                history.stream().map(History::createdBy).toList());
        assertEquals(
                List.of(false, true, false, true, false, false),
                history.stream().map(History::madeLayer).toList());
        assertEquals("me", plan.image().author());
        assertEquals("RUN |1 A= # buildkit", run(FROM, "ARG A", "RUN []").info().createdBy());
    }

    @Test
    public void steps_are_named_as_buildkit_names_them() {
        fixture.arg("X", "v");
        BuildPlan plan = fixture.plan(
                "FROM base:1 AS one", "RUN a", "FROM one AS two", "ARG X", "run echo $X \"$Y\"", "COPY $X \"b\" c/");
        assertEquals("[one 2/2] RUN a", plan.stage(0).steps().get(0).info().displayName());
        assertEquals("[two 1/2] RUN echo v \"$Y\"", plan.stage(1).steps().get(1).info().displayName());
        assertEquals("[two 2/2] COPY v b c/", plan.stage(1).steps().get(2).info().displayName());
        assertEquals("[2/2] RUN a", run(FROM, "RUN a").info().displayName());
        // To a mount a number is the name of an image, which counts as another stage.
        assertEquals("[stage-0 2/2] RUN --mount=from=0,target=/m a", run(FROM, "RUN --mount=from=0,target=/m a").info().displayName());
    }

    @Test
    public void triggers_of_base_images_and_stages_run_first() {
        fixture.base("docker.io/library/base:1", new ContainerConfig.Builder().onBuild("RUN from-image").onBuild("USER u"));
        BuildPlan plan = fixture.plan(
                "FROM base:1 AS one", "ONBUILD COPY --from=two /f /g", "FROM base:2 AS two", "FROM one", "RUN own");
        assertEquals(
                List.of("RUN from-image", "USER u", "ONBUILD COPY --from=two /f /g"),
                plan.stage(0).steps().stream().map(step -> step.info().text()).toList());
        Step.Copy trigger = (Step.Copy) plan.target().steps().get(0);
        assertTrue(trigger.info().trigger());
        assertEquals(4, trigger.info().line());
        assertEquals(new FileOrigin.Stage(1), trigger.origin());
        assertEquals(java.util.Set.of(0, 1), plan.target().dependsOn());
        assertEquals("u", plan.image().config().user());
        assertNull(plan.image().config().onBuild());
    }

    @Test
    public void a_trigger_of_a_base_image_can_leave_a_trigger() {
        fixture.base("docker.io/library/base:1", new ContainerConfig.Builder().onBuild("ONBUILD RUN later"));
        BuildPlan plan = fixture.plan("FROM base:1 AS one", "ONBUILD RUN own", "FROM one");
        assertEquals(
                List.of("RUN later", "RUN own"),
                plan.orThrow().target().steps().stream().map(step -> step.info().text()).toList());
        assertEquals(List.of("RUN later"), fixture.plan("FROM base:1").image().config().onBuild());
    }

    @Test
    public void a_base_image_with_a_wrong_trigger_is_refused_where_it_is_named() {
        String[][] wrong = {
            {"RNU x", "unknown instruction: RNU"},
            {"FROM x:1", "FROM isn't allowed as an ONBUILD trigger"},
            {"RUN a\nRUN b", "onbuild trigger should be a single expression"},
            {"x\nRUN b", "onbuild trigger should be a single expression"},
            {"# nothing", "file with no instructions"},
            {"", "file with no instructions"},
            {"COPY <<E /f\n", "unterminated heredoc"},
        };
        for (String[] trigger : wrong) {
            fixture.base("docker.io/library/base:1", new ContainerConfig.Builder().onBuild(trigger[0]));
            fails(trigger[1], 2, "ARG A", FROM);
        }
    }

    @Test
    public void heredocs_become_files_or_the_command_itself() {
        Step.Copy copy = copy(FROM, "ENV V=1", "COPY <<a.txt <<\"b.txt\" d/", "$V \"q\" \\$V", "a.txt", "$V", "b.txt");
        assertEquals(
                List.of(new CopySource.Document("a.txt", "1 \"q\" $V\n"), new CopySource.Document("b.txt", "$V\n")),
                copy.sources());
        Step.Run alone = run(FROM, "RUN <<EOF", "echo $x", "dir", "EOF");
        assertEquals(List.of("cmd", "/S", "/C", "echo $x\ndir\n"), alone.args());
        assertEquals("[2/2] RUN <<EOF (echo $x...)", alone.info().displayName());
        assertEquals("cmd /S /C python - <<E\np\nE", run(FROM, "RUN python - <<E", "p", "E").commandLine());
    }

    @Test
    public void mounts_are_resolved() {
        Step.Run run = run(
                "FROM base:1 AS tools",
                "FROM base:1",
                "WORKDIR /w",
                "ENV D=cache",
                "RUN --mount=from=tools,source=/bin,target=t --mount=type=cache,target=C:/$D,sharing=locked"
                        + " --mount=type=secret,id=key --mount=type=secret,id=tok,env=TOKEN,required x $TOKEN");
        List<PlannedMount> mounts = run.mounts();
        assertEquals(new FileOrigin.Stage(0), mounts.get(0).origin());
        assertEquals("C:\\w\\t", mounts.get(0).target());
        assertTrue(mounts.get(0).mount().readOnly());
        assertEquals("C:\\cache", mounts.get(1).target());
        assertEquals("C:\\cache", mounts.get(1).id());
        assertFalse(mounts.get(1).mount().readOnly());
        assertEquals("C:\\run\\secrets\\key", mounts.get(2).target());
        assertEquals("tok", mounts.get(3).id());
        assertNull(mounts.get(3).target());
        assertTrue(run.info().displayName().endsWith("x ****"));
        fails("unexpected key 'tpye'", 2, FROM, "RUN --mount=tpye=cache,target=/x y");
        fails("unsupported mount type \"cahce\" (did you mean cache?)", 2, FROM, "RUN --mount=type=cahce,target=/x y");
        fails("invalid mount target \"/\"", 2, FROM, "RUN --mount=type=cache,target=/ y");
        fails("unexpected key 'required' for mount type 'bind'", 2, FROM, "RUN --mount=target=/x,required=perhaps y");
        fails("invalid value x for gid", 2, FROM, "RUN --mount=target=/ --mount=type=cache,target=/x,gid=x y");
        fails("secret mount should not have a from", 2, FROM, "RUN --mount=type=secret,id=a,from=b y");
    }

    @Test
    public void downloads_and_repositories_are_told_from_files() {
        CopySource.Url url = (CopySource.Url) copy(
                        FROM, "ADD --checksum=sha256:" + "0".repeat(64) + " https://h/p/a%20b.zip?x d/")
                .sources()
                .get(0);
        assertEquals("a b.zip", url.fileName());
        assertEquals("sha256:" + "0".repeat(64), url.checksum().toString());
        fails("source can't be a URL for COPY", 2, FROM, "COPY https://h/x d/");
        fails("source can't be a git ref for COPY", 2, FROM, "COPY git@h:x.git d/");
        fails("ADD of a Git repository is not supported", 2, FROM, "ADD https://github.com/a/b.git#v1 d/");
        fails("checksum requires HTTP(S) or Git sources", 2, FROM, "ADD --checksum=sha256:1 f d/");
    }

    @Test
    public void modes_are_octal_or_symbolic() {
        for (String mode : List.of("755", "0644", "7777", "u=rwX,go=rX", "+x", "a-w", "u=g", "go-rwx+X", "u+x,go-w", "g=uo")) {
            assertEquals(mode, copy(FROM, "COPY --chmod=" + mode + " f d/").chmod());
        }
        for (String mode : List.of("99", "10000", "8")) {
            fails("'" + mode + "'. it should be octal string and between 0 and 07777", 2, FROM, "COPY --chmod=" + mode + " f d/");
        }
        for (String mode : List.of("rwx", "u=rwx,", "-1", "u+z")) {
            fails("'" + mode + "': invalid syntax", 2, FROM, "COPY --chmod=" + mode + " f d/");
        }
    }

    @Test
    public void ports_signals_and_volumes_are_checked() {
        BuildPlan plan = fixture.plan(FROM, "ENV P=81", "EXPOSE $P 80-82/udp 53/TCP", "STOPSIGNAL SIGTERM", "VOLUME C:/v");
        assertEquals(
                List.of("53/tcp", "80/udp", "81/tcp", "81/udp", "82/udp"),
                List.copyOf(plan.image().config().exposedPorts().keySet()));
        assertEquals("SIGTERM", plan.image().config().stopSignal());
        assertEquals(List.of("C:/v"), List.copyOf(plan.image().config().volumes().keySet()));
        fails("invalid containerPort: 70000", 2, FROM, "EXPOSE 70000");
        fails("invalid port: \"80/x\": invalid proto: x", 2, FROM, "EXPOSE 80/x");
        fails("${B;}\": unsupported modifier (;) in substitution", 2, FROM, "EXPOSE a ${B;}");
        fails("invalid signal: SIGNOPE", 2, FROM, "STOPSIGNAL SIGNOPE");
    }

    @Test
    public void independent_mistakes_of_all_stages_are_reported_together() {
        BuildPlan plan = fixture.plan(
                "FROM base:1 AS a", "COPY --chmod=9 f g", "EXPOSE x", "FROM base:1", "COPY --from=a /f D:/g", "ENV A=${B:?no}",
                "RUN after");
        assertEquals(
                List.of(2, 3, 5, 6),
                plan.failure().problems().stream().map(Problem::line).toList());
    }

    @Test
    public void labels_of_the_user_are_added_at_the_end() {
        fixture.label("a", "user").label("c", "3");
        BuildPlan plan = fixture.plan(FROM, "LABEL a=file b=2");
        assertEquals(Map.of("a", "user", "b", "2", "c", "3"), plan.image().config().labels());
    }

    @Test
    public void scratch_is_an_empty_windows_image() {
        BuildPlan plan = fixture.plan("FROM scratch", "COPY f /");
        assertEquals("C:\\", plan.image().config().workingDir());
        assertEquals("windows", plan.image().os());
        assertTrue(plan.image().rootfs().diffIds().isEmpty());
        assertEquals(List.of(), fixture.asked());
    }

    @Test
    public void what_windows_cannot_do_is_refused_with_the_line() {
        refuses("stage stage-0 is for linux", "FROM --platform=linux/amd64 base:1");
        refuses("stage l is for linux", "FROM --platform=linux/amd64 base:1 AS l", "COPY a b", "FROM w:1", "COPY --from=l /b c");
        refuses("Dockerfile:2: RUN has no command", FROM, "RUN []");
        refuses("RUN --security=insecure", FROM, "RUN --security=insecure x");
        refuses("RUN --device", FROM, "RUN --device=v/gpu x");
        refuses("RUN --mount=type=ssh", FROM, "RUN --mount=type=ssh x");
        fixture.plan("FROM --platform=linux/amd64 base:1 AS l", "FROM w:1", "COPY --from=l /b c").requireBuildable();
    }

    private void refuses(String message, String... lines) {
        BuildPlan plan = fixture.plan(lines).orThrow();
        EngineException e = assertThrows(EngineException.class, plan::requireBuildable);
        assertEquals(ErrorKind.NOT_SUPPORTED, e.kind());
        assertTrue(e.getMessage(), e.getMessage().contains(message));
    }
}
