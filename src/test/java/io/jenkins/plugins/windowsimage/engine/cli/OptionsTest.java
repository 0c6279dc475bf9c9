package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.build.BuildOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;

/** Options as people who know docker write them, and mistakes in them. */
public class OptionsTest {
    @Rule
    public final Sandbox sandbox = new Sandbox();

    private Path context() throws IOException {
        return sandbox.context("c", "FROM scratch\nCOPY f /\n", "f", "x");
    }

    @Test
    public void pull_is_a_policy_or_a_flag_as_docker_has_it() throws IOException {
        Path context = context();
        sandbox.ok("build", "--pull", context);
        sandbox.ok("build", context, "--pull");
        for (String option : List.of("--pull=true", "--pull=false", "--pull=NEVER", "--pull=always")) {
            sandbox.ok("build", option, context);
        }
        sandbox.run("build", "--pull=sometimes", context).fails(2, "sometimes", "missing");
        sandbox.run("build", "--pull", "never", sandbox.context("d", "FROM host.invalid/x:1\nENV A=b\n")).fails(3, "--pull never");
    }

    @Test
    public void fields_stand_in_quotes_where_they_hold_commas() throws IOException {
        Path layout = sandbox.path("with, comma");
        sandbox.ok("build", "-o", "type=oci,\"dest=" + layout + "\"", context());
        assertTrue(Files.exists(layout.resolve("index.json")));
        sandbox.ok("build", "-o", sandbox.path("also, with"), context());
        sandbox.run("build", "-o", "type=oci,\"dest=x", context()).fails(2, "quote");
    }

    @Test
    public void an_output_also_names_the_image() throws IOException {
        sandbox.ok("build", "-t", "app:1", "-o", "type=image,\"name=app:2,app:3\"", context());
        String images = sandbox.ok("images").out();
        for (String name : List.of("app:1", "app:2", "app:3")) {
            assertTrue(images, images.contains(name));
        }
        sandbox.run("build", "-o", "type=registry,name=127.0.0.1:1/app:1", context()).fails(3, "127.0.0.1:1/app:1");
    }

    @Test
    public void fields_that_nobody_reads_are_refused() throws IOException {
        Path context = context();
        sandbox.run("build", "-o", "type=oci,dset=x", context).fails(2, "dset", "dest");
        sandbox.run("build", "-o", "type=oci,dest=x,tar=maybe", context).fails(2, "maybe");
        sandbox.run("build", "--secret", "id=x,scr=y", context).fails(2, "scr", "src");
        sandbox.run("build", "--cache-to", "type=local,dest=x,mdoe=max", context).fails(2, "mdoe", "mode");
        sandbox.run("build", "--cache-from", "type=inline", context).fails(2, "inline", "registry");
    }

    @Test
    public void outputs_that_cannot_be_written_are_told_before_the_build() throws Exception {
        Path foreign = sandbox.file("foreign/mine", "x").getParent();
        Path pipe = sandbox.path("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        for (Object[] wrong : new Object[][] {
            {"-o", foreign}, {"-o", "type=docker,dest=" + foreign}, {"-o", foreign.resolve("mine")}, {"-o", "-"},
            {"-o", "type=docker,dest=-"}, {"-o", "type=docker,dest=" + pipe}, {"-o", "type=oci,tar=true,dest=" + pipe}, {"-o", "type=oci,dest=a.tar", "-o", "type=docker,dest=./a.tar"},
            {"--cache-to", "type=local,dest=" + foreign}, {"--cache-to", "type=local,mode=max,dest=" + foreign.resolve("mine")}
        }) {
            Object[] all = new Object[wrong.length + 1];
            System.arraycopy(wrong, 0, all, 0, wrong.length);
            all[wrong.length] = context();
            assertEquals("", sandbox.run("build", all).fails(2).out());
        }
        assertEquals(List.of("mine"), Sandbox.list(foreign));
    }

    @Test
    public void a_secret_is_a_file_or_a_variable() throws IOException {
        Path file = sandbox.file("token", "x");
        Map<String, String> environment = Map.of("TOKEN", "y");
        BuildOptions.Secret ofFile = new BuildOptions.Secret(file, null);
        BuildOptions.Secret ofVariable = new BuildOptions.Secret(null, "TOKEN");
        for (String text : List.of("id=s,src=" + file, "id=s,source=" + file, "type=file,id=s,src=" + file)) {
            assertEquals(text, Map.of("s", ofFile), SecretOption.parse(List.of(text), environment));
        }
        assertEquals(Map.of("TOKEN", ofVariable), SecretOption.parse(List.of("id=TOKEN"), environment));
        for (String text : List.of("id=s,env=TOKEN", "type=env,id=s,env=TOKEN", "type=env,id=s,src=TOKEN")) {
            assertEquals(text, Map.of("s", ofVariable), SecretOption.parse(List.of(text), environment));
        }
        for (String text : List.of("id=none", "id=s,env=NONE", "type=env,id=none", "type=file,id=TOKEN", "type=file,id=s,env=TOKEN",
                "id=s,src=" + file + ",env=TOKEN", "type=vault,id=s", "id=s,src=" + file.getParent(), "src=" + file)) {
            assertThrows(text, EngineException.class, () -> SecretOption.parse(List.of(text), environment));
        }
    }

    @Test
    public void what_was_probably_meant_is_said() throws IOException {
        CommandLineRun.of("biuld").fails(2, "no command biuld", "did you mean build?");
        CommandLineRun.of("index", "crate").fails(2, "no command crate", "did you mean create?");
        CommandLineRun.of("build", "--tga", "x", context()).fails(2, "no option --tga", "did you mean --tag?");
        CommandLineRun.of("build", "--tga=x").fails(2, "no option --tga=x", "did you mean --tag?");
        sandbox.run("build", context(), "d").fails(2, "one word too many: d");
        CommandLineRun.of().fails(2, "build, plan");
    }

    @Test
    public void files_of_an_earlier_build_say_nothing_of_one_that_fails() throws IOException {
        Path id = sandbox.file("iid", "sha256:old");
        Path result = sandbox.file("result.json", "old");
        sandbox.run("build", "--iidfile", id, "--metadata-file", result, sandbox.context("d", "FROM scratch\nCOPY none /\n")).fails(1);
        assertFalse(Files.exists(id));
        assertEquals("failure", Sandbox.json(result).get("result").asText());
        Path directory = Files.createDirectory(sandbox.path("directory"));
        sandbox.run("build", "--metadata-file", directory, context()).fails(2, "directory");
        assertTrue(Files.isDirectory(directory));
    }

    @Test
    public void a_result_may_go_into_a_pipe() throws Exception {
        Path pipe = sandbox.path("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        CompletableFuture<JsonNode> read = CompletableFuture.supplyAsync(() -> {
            try {
                return Sandbox.json(Files.readAllBytes(pipe));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        sandbox.ok("build", "--metadata-file", pipe, context());
        assertEquals("success", read.get(10, TimeUnit.SECONDS).get("result").asText());
        assertFalse(Files.isRegularFile(pipe));
    }

    @Test
    public void times_are_those_that_an_image_can_state() throws IOException {
        for (String seconds : List.of("-1", "abc", "253402300800", "99999999999999999999", "1.5")) {
            sandbox.run("build", "--timestamp=" + seconds, context()).fails(2, "--timestamp", seconds);
            sandbox.run("build", "--build-arg", "SOURCE_DATE_EPOCH=" + seconds, context()).fails(2, "SOURCE_DATE_EPOCH", seconds);
        }
        sandbox.ok("build", "--timestamp", "0", context());
        sandbox.ok("build", "--timestamp", "253402300799", "-t", "last:1", context());
        assertTrue(sandbox.ok("inspect", "last:1").out().contains("9999-12-31T23:59:59Z"));
    }

    @Test
    public void hosts_are_written_as_in_image_names() throws IOException {
        for (String option : List.of("--insecure-registry=http://localhost:5000", "--insecure-registry=localhost:5000/",
                "--registry-mirror=docker.io=https://mirror.example", "--registry-mirror=https://docker.io=mirror.example")) {
            sandbox.run("build", option, context()).fails(2, option.substring(0, option.indexOf('=')), "HOST[:PORT]");
        }
        sandbox.ok("build", "--insecure-registry=[::1]:5000", "--registry-mirror=docker.io=mirror.example:443/hub",
                "--registry-mirror=docker.io=localhost", context());
    }

    @Test
    public void what_only_docker_can_build_from_is_refused_plainly() throws IOException {
        for (String context : List.of("https://example.com/x.git", "git@example.com:x/y.git", "ssh://example.com/x")) {
            sandbox.run("build", context).fails(2, context, "address");
        }
        sandbox.run("build", "--platform", "windows/amd64,windows/arm64", context()).fails(2, "one platform", "index create");
    }

    @Test
    public void a_base_for_another_windows_than_the_one_asked_for_is_told() throws IOException {
        Path context = sandbox.context("d", "FROM base\nENV A=b\n");
        for (String version : List.of("10.0.17763", "10.0.26100.1")) {
            String out = sandbox.ok("build", "--os-version", version, Sandbox.baseContext(), context).out();
            assertEquals(version + ": " + out, !version.startsWith("10.0.26100"), out.contains("OsVersionDiffers"));
        }
        assertFalse(sandbox.ok("build", "--os-version", "10.0.20348.9", Sandbox.baseContext(), context).out().contains("OsVersionDiffers"));
    }

    @Test
    public void a_layout_without_a_place_is_wrong_usage() throws IOException {
        sandbox.run("build", "--build-context", "x=oci-layout://", sandbox.context("d", "FROM x\nENV A=b\n")).fails(2, "line 1", "oci-layout://DIRECTORY");
    }
}
