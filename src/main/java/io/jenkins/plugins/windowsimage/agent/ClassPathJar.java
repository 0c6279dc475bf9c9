package io.jenkins.plugins.windowsimage.agent;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A jar of the engine's class path.
 *
 * @param file on the controller
 * @param sha256 of its content, 64 hexadecimal digits
 */
record ClassPathJar(File file, String sha256) {
    /** Folder for the jars of all versions, below the root of a node. */
    static final String CACHE = "caches/windows-image-build";

    /** What the engine process needs of this plugin's classes when they are not packed, as in development. */
    private static final List<String> PACKED =
            List.of("io/jenkins/plugins/windowsimage/engine", "io/jenkins/plugins/windowsimage/agent/worker");

    /** Name on the agent. */
    String name() {
        return file.getName().endsWith(".jar") ? file.getName() : "classes.jar";
    }

    /** Path on the agent, below the root of the node. */
    String location() {
        return CACHE + "/" + sha256 + "/" + name();
    }

    static ClassPathJar of(File file) throws IOException {
        File jar = file.isDirectory() ? pack(file.toPath()) : file;
        return new ClassPathJar(jar, hash(jar.toPath()));
    }

    private static String hash(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Packs classes so that equal classes give an equal jar. */
    private static File pack(Path classes) throws IOException {
        Path jar = Files.createTempFile("classes", ".jar");
        jar.toFile().deleteOnExit();
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            List<Path> roots = PACKED.stream().map(classes::resolve).filter(Files::isDirectory).toList();
            for (Path root : roots.isEmpty() ? List.of(classes) : roots) {
                try (Stream<Path> files = Files.walk(root)) {
                    for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                        ZipEntry entry =
                                new ZipEntry(classes.relativize(file).toString().replace('\\', '/'));
                        entry.setLastModifiedTime(FileTime.fromMillis(0));
                        out.putNextEntry(entry);
                        Files.copy(file, out);
                        out.closeEntry();
                    }
                }
            }
        }
        return jar.toFile();
    }
}
