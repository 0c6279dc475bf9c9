package io.jenkins.plugins.windowsimage.engine.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A build context with packages of every kind that an SBOM recognises, and files that only look so. */
final class SoftwareContext {
    private SoftwareContext() {}

    /** Fills the directory and returns it; its Dockerfile starts from the argument. */
    static Path in(Path directory, String base) throws IOException {
        write(directory, "Dockerfile", "FROM " + base + "\nARG VERSION\nARG NUGET_TOKEN\nCOPY app /app/\nCMD [\"app.exe\"]\n");
        write(directory, "app/app.exe", "MZ");
        write(directory, "app/App.deps.json", """
                {"libraries": {
                    "App/1.0.0": {"type": "project"},
                    "Newtonsoft.Json/13.0.3": {"type": "package"},
                    "runtimepack.Microsoft.NETCore.App.Runtime.win-x64/8.0.11": {"type": "runtimepack"}}}""");
        write(directory, "app/web/packages.config", """
                \uFEFF<?xml version="1.0" encoding="utf-8"?>
                <packages><package id="jQuery" version="3.7.1" targetFramework="net48"/></packages>""");
        write(directory, "app/web/node_modules/lodash/package.json", "{\"name\": \"lodash\", \"version\": \"4.17.21\"}");
        write(directory, "app/web/node_modules/lodash/index.js", "//");
        write(directory, "app/web/node_modules/@angular/core/package.json",
                "{\"name\": \"@angular/core\", \"version\": \"18.0.1\"}");
        write(directory, "app/web/package-lock.json", """
                {"lockfileVersion": 3, "packages": {
                    "": {"name": "web", "version": "1.0.0"},
                    "node_modules/ms": {"version": "2.1.3", "dependencies": {"x": "^1"}},
                    "node_modules/jest": {"version": "29.0.0", "dev": true}}}""");
        write(directory, "app/old/package-lock.json", """
                {"lockfileVersion": 1, "dependencies": {"debug": {"version": "2.6.9",
                    "dependencies": {"inner": {"version": "1.0.0"}}}}}""");
        write(directory, "app/broken/package-lock.json", "{\"packages\": [");
        write(directory, "app/template.nuspec", "<package><metadata><id>T</id><version>$version$</version></metadata></package>");
        write(directory, "app/dtd.nuspec", "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>"
                + "<package><metadata><id>&e;</id><version>1</version></metadata></package>");
        try (OutputStream file = Files.newOutputStream(directory.resolve("app/Serilog.4.1.0.nupkg"));
                ZipOutputStream zip = new ZipOutputStream(file)) {
            zip.putNextEntry(entry("lib/net8.0/Serilog.dll"));
            zip.write(new byte[100_000]);
            zip.putNextEntry(entry("Serilog.nuspec"));
            zip.write(("<package xmlns=\"http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd\"><metadata>"
                            + "<id>Serilog</id><version>4.1.0</version></metadata></package>")
                    .getBytes(StandardCharsets.UTF_8));
        }
        return directory;
    }

    private static ZipEntry entry(String name) {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(LocalDateTime.of(2024, 1, 1, 0, 0));
        return entry;
    }

    static void write(Path directory, String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
