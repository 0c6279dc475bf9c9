package io.jenkins.plugins.windowsimage.engine.cli;

import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Dockerfile;
import io.jenkins.plugins.windowsimage.engine.plan.BuildPlan;
import io.jenkins.plugins.windowsimage.engine.plan.PlanJson;
import io.jenkins.plugins.windowsimage.engine.plan.PlanOptions;
import io.jenkins.plugins.windowsimage.engine.plan.StageGraph;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** Does a little of everything, so that the class data of a first run can be archived for the next ones. */
@Command(name = "warm-up", hidden = true)
final class WarmUpCommand implements Callable<Integer> {
    private static final String DOCKERFILE = "# escape=`\nARG V=1\nFROM scratch AS a\nWORKDIR C:\\a\nCOPY <<EOF b\nhello ${V}\nEOF\n"
            + "ADD --exclude=*.x f* c\\\nFROM scratch\nENV A=1 B=\"2 ${A:-3}\"\nLABEL l=m\nCOPY --from=a C:\\a C:\\b\\\nEXPOSE 80\n"
            + "HEALTHCHECK --interval=30s CMD [\"x\"]\nCMD [\"cmd\"]\n";

    @Override
    public Integer call() throws IOException {
        PlanJson.write(PlanJson.of(BuildPlan.of(
                StageGraph.of(Dockerfile.parse("Dockerfile", DOCKERFILE), PlanOptions.DEFAULT), (image, platform) -> null)));
        Path directory = Files.createTempDirectory("windows-image");
        HttpServer registry = registry();
        try {
            String host = "127.0.0.1:" + registry.getAddress().getPort();
            Path context = Files.createDirectory(directory.resolve("context"));
            Files.writeString(context.resolve("f"), "content");
            String image = host + "/warm:1";
            build(directory, DOCKERFILE, host, image);
            // What starts from an image, and then the same with nothing to do.
            String next = "FROM " + image + "\nCOPY f /g\n";
            build(directory, next, host, host + "/warm:2");
            return build(directory, next, host, host + "/warm:2");
        } finally {
            registry.stop(0);
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static int build(Path directory, String dockerfile, String host, String name) throws IOException {
        Path context = directory.resolve("context");
        Files.writeString(context.resolve("Dockerfile"), dockerfile);
        return Main.run("build", "--root", directory.resolve("root").toString(), "--progress", "plain", "--metadata-file",
                directory.resolve("result.json").toString(), "--insecure-registry", host, "--push", "-t", name, context.toString());
    }

    /** A registry on loopback that has nothing and takes everything. */
    private static HttpServer registry() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            int status = switch (exchange.getRequestMethod()) {
                case "POST" -> 202;
                case "PUT" -> 201;
                default -> 404;
            };
            exchange.getResponseHeaders().set("Location", "/v2/warm/blobs/uploads/1");
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        return server;
    }
}
