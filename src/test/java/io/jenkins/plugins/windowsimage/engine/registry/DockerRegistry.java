package io.jenkins.plugins.windowsimage.engine.registry;

import static org.junit.Assume.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;

/**
 * Debian's docker-registry on a free loopback port, with an empty storage folder, for as long as a test or a test class
 * runs. Tests are skipped where it is not installed.
 */
public final class DockerRegistry extends ExternalResource {
    public static final String USER = "builder";
    public static final String PASSWORD = "correct horse";
    /** What {@code htpasswd -Bbn} makes of user and password. */
    private static final String HTPASSWD = "builder:$2y$05$bOV4H6gxbubAIYwgIbAZNO8RZU8wL3cyQ/ldNlMIjXGVZFsVnP5BW";

    private static final Path BINARY = Path.of("/usr/bin/docker-registry");
    private static final Pattern LISTENING = Pattern.compile("listening on (127\\.0\\.0\\.1:[0-9]+)");

    private final TemporaryFolder folder = new TemporaryFolder();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final boolean login;
    private final boolean tls;
    private Process process;
    private String host;

    private DockerRegistry(boolean login, boolean tls) {
        this.login = login;
        this.tls = tls;
    }

    /** Plain HTTP, open to everybody. */
    public static DockerRegistry open() {
        return new DockerRegistry(false, false);
    }

    /** Plain HTTP; wants {@link #USER} and {@link #PASSWORD}. */
    public static DockerRegistry withLogin() {
        return new DockerRegistry(true, false);
    }

    /** TLS with a certificate that only {@link #certificate()} vouches for. */
    public static DockerRegistry withTls() {
        return new DockerRegistry(false, true);
    }

    /** Host and port, as in image references. */
    public String host() {
        return host;
    }

    /** PEM file of the authority that vouches for a registry with TLS. */
    public Path certificate() {
        return folder.getRoot().toPath().resolve("certificate.pem");
    }

    /** The requests that were answered so far, as the access log of the registry has them. */
    public List<String> requests(String method) {
        return log.stream().filter(line -> line.contains("\"" + method + " /v2/")).toList();
    }

    @Override
    protected void before() throws Throwable {
        assumeTrue("docker-registry is not installed", Files.isExecutable(BINARY));
        folder.create();
        Path root = folder.getRoot().toPath();
        Path config = root.resolve("config.yml");
        Files.write(config, configuration(root));
        process = new ProcessBuilder(BINARY.toString(), "serve", config.toString())
                .redirectErrorStream(true)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        while (host == null) {
            String line = output.readLine();
            if (line == null) {
                throw new IOException("docker-registry did not start: " + log);
            }
            log.add(line);
            Matcher listening = LISTENING.matcher(line);
            if (listening.find()) {
                host = listening.group(1);
            }
        }
        Thread drain = new Thread(() -> output.lines().forEach(log::add), "docker-registry log");
        drain.setDaemon(true);
        drain.start();
    }

    private List<String> configuration(Path root) throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>(List.of(
                "version: 0.1",
                "log:",
                "  level: info",
                "storage:",
                "  delete:",
                "    enabled: true",
                "  filesystem:",
                "    rootdirectory: " + Files.createDirectory(root.resolve("storage")),
                "validation:",
                "  manifests:",
                "    urls:",
                "      allow:",
                "        - ^https?://",
                "http:",
                "  addr: 127.0.0.1:0"));
        if (tls) {
            makeCertificate(root);
            lines.addAll(List.of(
                    "  tls:", "    certificate: " + certificate(), "    key: " + root.resolve("key.pem")));
        }
        if (login) {
            Path passwords = root.resolve("htpasswd");
            Files.writeString(passwords, HTPASSWD + "\n");
            lines.addAll(List.of("auth:", "  htpasswd:", "    realm: test", "    path: " + passwords));
        }
        return lines;
    }

    private void makeCertificate(Path root) throws IOException, InterruptedException {
        assumeTrue("openssl is not installed", Files.isExecutable(Path.of("/usr/bin/openssl")));
        Process openssl = new ProcessBuilder("openssl", "req", "-x509", "-newkey", "ec",
                        "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "7", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
                        "-keyout", root.resolve("key.pem").toString(), "-out", certificate().toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (openssl.waitFor() != 0) {
            throw new IOException("openssl made no certificate");
        }
    }

    @Override
    protected void after() {
        if (process != null) {
            process.destroy();
            try {
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                process.destroyForcibly();
            }
        }
        folder.delete();
    }
}
