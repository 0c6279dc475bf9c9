package io.jenkins.plugins.windowsimage.engine.dockerfile;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.Test;

public class DockerfileTest {

    private static Dockerfile parse(String text) {
        return Dockerfile.parse("Dockerfile", text);
    }

    private static Instruction only(String instruction) {
        List<Instruction> body = parse("FROM x:1\n" + instruction).stages().get(0).instructions();
        assertEquals(1, body.size());
        return body.get(0);
    }

    private static DockerfileException fails(String text) {
        return assertThrows(text, DockerfileException.class, () -> parse(text));
    }

    private static void refuses(String instruction, String message) {
        DockerfileException e = fails("FROM x:1\n" + instruction);
        assertEquals(e.getMessage(), 1, e.problems().size());
        assertEquals(ErrorKind.DOCKERFILE_PARSE, e.kind());
        assertEquals(2, e.line());
        assertTrue(e.getMessage(), e.problems().get(0).message().startsWith(message));
    }

    private static List<String> words(String instruction) {
        return ((Instruction.Run) only(instruction)).command().words();
    }

    @Test
    public void directives_stand_at_the_very_top() {
        Dockerfile file = parse("\uFEFF# syntax = docker/dockerfile:1 \r\n#escape=`\r\n# check=skip=all\nFROM x:1");
        assertEquals('`', file.escape());
        assertEquals("docker/dockerfile:1", file.syntax());
        assertEquals(
                List.of(
                        new Directive("syntax", "docker/dockerfile:1", 1),
                        new Directive("escape", "`", 2),
                        new Directive("check", "skip=all", 3)),
                file.directives());
        assertEquals('\\', parse("# a comment\n# escape=`\nFROM x:1").escape());
        assertEquals('\\', parse("\n# escape=`\nFROM x:1").escape());
        assertEquals('\\', parse("# unknown=1\n# escape=`\nFROM x:1").escape());
        assertNull(parse("FROM x:1").syntax());
    }

    @Test
    public void wrong_directives_are_refused_on_their_line() {
        assertEquals(2, fails("# escape=`\n# escape=\\\nFROM x:1").line());
        assertTrue(fails("# escape=x\nFROM x:1").getMessage().contains("invalid escape token 'x' does not match ` or \\"));
        assertTrue(fails("# check=wrong\nFROM x:1").getMessage().contains("failed to parse check options"));
    }

    @Test
    public void lines_are_continued_by_the_escape_character() {
        assertEquals(List.of("a    b"), words("RUN a \\\n # comment\n\n   b"));
        assertEquals(List.of("a ``"), ((Instruction.Run) parse("# escape=`\nFROM x:1\nRUN a ``\nRUN b")
                .stages().get(0).instructions().get(0)).command().words());
        assertEquals(List.of("a b"), words("RUN a \\ \t\r\nb\r\n"));
        assertEquals(List.of("echo a # b"), words("RUN echo a # b"));
        Instruction run = only("RUN a \\\n  b \\\n  c");
        assertEquals(2, run.source().line());
        assertEquals(4, run.source().endLine());
        assertEquals("RUN a   b   c", run.source().text());
    }

    @Test
    public void the_json_form_is_strict_json_and_anything_else_the_shell_form() {
        assertEquals(List.of("a", "C:\\b \u00e9"), words("RUN [\"a\", \"C:\\\\b \\u00e9\"]"));
        for (String shell : List.of("['a']", "[\"a\",]", "[\"C:\\dir\"]", "[\"a\tb\"]", "[\"a\"] b", "[a]")) {
            assertEquals(List.of(shell), words("RUN " + shell));
        }
        assertEquals(List.of("\uFFFD", "\uD83D\uDE00"), words("RUN [\"\\ud800\", \"\\ud83d\\ude00\"]"));
        refuses("RUN [\"a\", 1]", "when using JSON array syntax, arrays must be comprised of strings only");
        refuses("COPY [\"a\", [\"b\"]]", "when using JSON array syntax, arrays must be comprised of strings only");
    }

    @Test
    public void env_label_and_arg_take_names_and_values() {
        Instruction.Env env = (Instruction.Env) only("ENV A=1 B=\"x y\" C=a\\ b D=");
        assertEquals(
                List.of(
                        new KeyValue("A", "1", false),
                        new KeyValue("B", "\"x y\"", false),
                        new KeyValue("C", "a\\ b", false),
                        new KeyValue("D", "", false)),
                env.pairs());
        assertEquals(
                List.of(new KeyValue("A", "b  c=d", true)), ((Instruction.Env) only("ENV A   b  c=d")).pairs());
        assertEquals(
                List.of(new Instruction.Arg.Definition("A", null), new Instruction.Arg.Definition("B", "'1 2'")),
                ((Instruction.Arg) only("ARG A B='1 2'")).definitions());
        refuses("ENV A", "ENV must have two arguments");
        refuses("ENV A=b c", "Syntax error - can't find = in \"c\". Must be of the form: name=value");
        refuses("ENV =b", "ENV names can not be blank");
        refuses("LABEL =a b", "Syntax error - can't find = in \"b\"");
        refuses("ENV", "ENV requires at least one argument");
        refuses("ARG =1", "ARG names can not be blank");
    }

    @Test
    public void what_a_trigger_sets_is_read_with_its_onbuild() {
        refuses("ONBUILD ENV A", "ENV must have two arguments");
        refuses("ONBUILD LABEL a=b c", "Syntax error - can't find = in \"c\"");
        assertEquals("ENV =b", ((Instruction.OnBuild) only("ONBUILD ENV =b")).trigger());
    }

    @Test
    public void the_nearest_keyword_is_suggested_in_the_case_of_the_one_that_was_written() {
        refuses("RNU x", "unknown instruction: RNU (did you mean RUN?)");
        refuses("rnu x", "unknown instruction: rnu (did you mean run?)");
        refuses("Rnu x", "unknown instruction: Rnu (did you mean run?)");
        refuses("CMD\u00a0x", "unknown instruction: CMD\u00a0x (did you mean cmd?)");
    }

    @Test
    public void flags_are_checked_and_the_nearest_one_is_suggested() {
        Instruction.Copy copy = (Instruction.Copy) only(
                "COPY --from=build --chown=\"a b\" --chmod=755 --link --parents=false --exclude=*.x --exclude=y a b c/");
        assertEquals("build", copy.from());
        assertEquals("a b", copy.chown());
        assertEquals("755", copy.chmod());
        assertTrue(copy.link());
        assertFalse(copy.parents());
        assertEquals(List.of("*.x", "y"), copy.excludes());
        assertEquals(List.of("a", "b"), copy.files().paths());
        assertEquals("c/", copy.files().destination());
        refuses("COPY --form=build a b", "unknown flag: --form (did you mean from?)");
        refuses("COPY --from a b", "missing a value on flag: --from");
        refuses("COPY --from=a --from=b a b", "duplicate flag specified: --from");
        refuses("COPY --link=maybe a b", "expecting boolean value for flag --link, not: maybe");
        refuses("COPY a", "COPY requires at least two arguments, but only one was provided.");
        refuses("RUN --network=bridge x", "invalid network mode \"bridge\"");
        refuses("RUN --security=no x", "security \"no\" is not valid");
        refuses("RUN --mount=from=$x y", "'from' doesn't support variable expansion");
        refuses("RUN --network=bridge --mount=from=$x y", "'from' doesn't support variable expansion");
        refuses("RUN --mount= y", "failed to parse csv mounts: EOF");
        refuses("RUN --mount=a=b\\\"c y", "failed to parse csv mounts: parse error on line 1, column 4: bare \" in non-quoted-field");
        for (String[] broken : new String[][] {{"\\\"a", "2"}, {"\\\"a\\\"b", "3"}, {"x,\\\"a\\\"\\\"b", "7"}}) {
            refuses("RUN --mount=" + broken[0] + " y", "failed to parse csv mounts: parse error on line 1, column " + broken[1]
                    + ": extraneous or missing \" in quoted-field");
        }
        refuses("USER --x y", "unknown flag: --x");
        Instruction.Add add = (Instruction.Add) only("ADD --keep-git-dir --unpack=false --checksum=sha256:0 a b");
        assertEquals(Boolean.TRUE, add.keepGitDir());
        assertEquals(Boolean.FALSE, add.unpack());
        assertEquals("sha256:0", add.checksum());
    }

    @Test
    public void healthchecks_have_durations_in_nanoseconds() {
        Instruction.HealthCheck check = (Instruction.HealthCheck) only(
                "HEALTHCHECK --interval=1m30s --timeout=1.5s --start-period=1h --start-interval=5ms --retries=3 CMD a b");
        assertEquals(List.of("CMD-SHELL", "a b"), check.healthcheck().test());
        assertEquals(90_000_000_000L, check.healthcheck().interval());
        assertEquals(1_500_000_000L, check.healthcheck().timeout());
        assertEquals(3_600_000_000_000L, check.healthcheck().startPeriod());
        assertEquals(5_000_000L, check.healthcheck().startInterval());
        assertEquals(3, check.healthcheck().retries());
        assertEquals(
                List.of("NONE"), ((Instruction.HealthCheck) only("HEALTHCHECK NONE")).healthcheck().test());
        assertEquals(
                List.of("CMD", "a", "b"),
                ((Instruction.HealthCheck) only("healthcheck cmd [\"a\",\"b\"]")).healthcheck().test());
        refuses("HEALTHCHECK NONE x", "HEALTHCHECK NONE takes no arguments");
        refuses("HEALTHCHECK CMD", "Missing command after HEALTHCHECK CMD");
        refuses("HEALTHCHECK TCP x", "Unknown type \"TCP\" in HEALTHCHECK (try CMD)");
        refuses("HEALTHCHECK --interval=1us CMD x", "Interval \"interval\" cannot be less than 1ms");
        refuses("HEALTHCHECK --interval=5 CMD x", "time: missing unit in duration \"5\"");
        refuses("HEALTHCHECK --retries=-1 CMD x", "--retries cannot be negative (-1)");
    }

    @Test
    public void other_instructions_demand_their_arguments() {
        refuses("SHELL powershell", "SHELL requires the arguments to be in JSON form");
        refuses("SHELL []", "SHELL requires at least one argument");
        refuses("WORKDIR", "WORKDIR requires exactly one argument");
        refuses("USER", "USER requires exactly one argument");
        refuses("EXPOSE", "EXPOSE requires at least one argument");
        refuses("VOLUME [\"\"]", "VOLUME specified can not be an empty string");
        refuses("STOPSIGNAL", "STOPSIGNAL requires exactly one argument");
        refuses("ONBUILD", "ONBUILD requires at least one argument");
        refuses("ONBUILD ONBUILD RUN x", "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
        refuses("ONBUILD FROM x", "FROM isn't allowed as an ONBUILD trigger");
        refuses("FROM a b", "FROM requires either one or three arguments");
        refuses("FROM a AS 0x", "invalid name for build stage: \"0x\", name can't start with a number or contain symbols");
        assertTrue(fails("FROM x\nSHELL [\"C:\\a\"]").getMessage().contains("escaped backslashes"));
    }

    @Test
    public void heredocs_belong_to_run_copy_and_add() {
        Instruction.Copy copy = (Instruction.Copy) only("COPY <<A <<-\"B\" f d/\n1\n # no comment \\\nA\n\t2\n\tB\n");
        assertEquals(List.of("f"), copy.files().paths());
        assertEquals(
                List.of(
                        new Heredoc("A", "1\n # no comment \\\n", true, false),
                        new Heredoc("B", "\t2\n", false, true)),
                copy.files().documents());
        assertEquals("2\n", copy.files().documents().get(1).text());
        assertEquals(6 + 1, copy.source().endLine());
        Instruction.Run run = (Instruction.Run) only("RUN <<EOF\necho\r\nEOF\r\n");
        assertEquals("echo\r\n", run.command().heredocs().get(0).content());
        assertTrue(((Instruction.Run) only("RUN [\"<<EOF\"]")).command().heredocs().isEmpty());
        assertEquals("RUN <<E\nx\nE", ((Instruction.OnBuild) only("ONBUILD RUN <<E\nx\nE")).trigger());
        refuses("RUN <<EOF\nx", "unterminated heredoc");
        refuses("COPY a <<EOF\nEOF", "COPY cannot accept a heredoc as a destination");
    }

    @Test
    public void all_independent_mistakes_are_reported_at_once() {
        DockerfileException e = fails("FROM x:1\nRNU dir\n  COPY a\nENV A=1\nUSRE me\n");
        assertEquals(
                List.of(2, 3, 5), e.problems().stream().map(Problem::line).toList());
        assertEquals(
                "Dockerfile:2:1: unknown instruction: RNU (did you mean RUN?)\n    2 | RNU dir\n      | ^",
                e.getMessage().substring(0, e.getMessage().indexOf("\nDockerfile:3")));
        assertEquals(3, e.problems().get(1).column());
        assertTrue(e.summary(), e.summary().contains("dockerfile parse error on line 5: unknown instruction: USRE"));
    }

    @Test
    public void an_error_points_at_the_word_that_is_wrong() {
        Problem problem = fails("FROM x:1\nCOPY a \\\n  b\nCOPY --chwon=x a b").problems().get(0);
        assertEquals(4, problem.line());
        assertEquals(6, problem.column());
        assertEquals("COPY --chwon=x a b", problem.source());
    }

    @Test
    public void a_file_without_stages_is_refused() {
        assertTrue(fails("").getMessage().contains("the Dockerfile cannot be empty"));
        assertTrue(fails("# only\n\n").getMessage().contains("file with no instructions"));
        assertTrue(fails("ARG a\n").getMessage().contains("dockerfile contains no stages to build"));
        assertTrue(fails("RUN x\nRUN y\nFROM x:1").getMessage().contains("no build stage in current context"));
    }

    @Test(timeout = 20_000)
    public void large_garbage_is_one_error_and_quick() {
        DockerfileException text = fails("some text that is no Dockerfile\n".repeat(350_000));
        assertEquals(1, text.problems().size());
        DockerfileException line = fails("FROM x:1\nRUN " + "y".repeat(65_532));
        assertTrue(line.getMessage().contains("dockerfile line greater than max allowed size of 65535"));
        assertEquals(2, line.line());
        assertTrue(line.getMessage().length() < 1000);
        assertEquals(65_531, words("RUN " + "y".repeat(65_531)).get(0).length());
        assertEquals(1, fails("\u0000\u0001".repeat(5_000_000)).problems().size());
        assertEquals(1, fails("FROM x:1\nCOPY " + "<<A \\\n".repeat(100_000)).problems().size());
    }

    @Test(timeout = 30_000)
    public void no_text_fails_otherwise_than_with_a_dockerfile_exception() {
        Random random = new Random(3);
        String[] pieces = {
            "FROM x", "RUN ", "COPY ", "ENV ", "ONBUILD ", "ARG ", "HEALTHCHECK CMD ", "SHELL ", "# escape=`\n", "\\\n", "\n",
            "`\n", "<<EOF ", "EOF\n", "--mount=", "--from=", "type=", "[\"", "\"]", "'", "\"", "$", "{", "}", "\t", "#", "=",
            " ", "a", "\u00A0", "\uD83D", "\uFEFF", "\r\n", "as b"
        };
        int parsed = 0;
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder(random.nextInt(3) == 0 ? "" : "FROM x\n");
            for (int length = random.nextInt(15); length > 0; length--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            try {
                Dockerfile file = parse(text.toString());
                parsed++;
                for (Instruction instruction : file.stages().get(0).instructions()) {
                    assertTrue(instruction.source().line() <= instruction.source().endLine());
                }
            } catch (DockerfileException e) {
                assertFalse(e.problems().isEmpty());
                assertTrue(e.getMessage(), e.getMessage().startsWith("Dockerfile"));
            }
        }
        assertTrue("some of the texts must be valid: " + parsed, parsed > 1000);
    }
}
