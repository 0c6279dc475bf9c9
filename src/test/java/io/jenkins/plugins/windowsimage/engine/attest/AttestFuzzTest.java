package io.jenkins.plugins.windowsimage.engine.attest;

import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.windowsimage.engine.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Hostile hives and package files: they come from whatever an image holds. */
public class AttestFuzzTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void hives() throws Exception {
        HiveBytes hive = HiveBytes.root();
        for (String program : List.of("A", "B", "{0B7A5C7E-1F7F-4B8B-9B0F-2B5C8F7A1D01}", "Ж")) {
            hive.key("Microsoft\\Windows\\CurrentVersion\\Uninstall\\" + program)
                    .text("DisplayName", program).number("WindowsInstaller", 1).deleted("DisplayVersion");
        }
        byte[] seed = hive.toBytes();
        Path file = folder.newFile().toPath();
        Fuzz.of("hive", IOException.class)
                .run(1500, Fuzz.mutationsOf(List.of(seed), "lh\u0000\u007f", "ri", "li", "lf", "nk", "vk"), input -> {
                    Files.write(file, input);
                    InstalledPrograms programs = new InstalledPrograms();
                    programs.apply(file);
                    programs.addTo(new SoftwareList());
                });
    }

    @Test
    public void package_files() throws Exception {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(zipped)) {
            zip.putNextEntry(new ZipEntry("lib/a.dll"));
            zip.write(new byte[5000]);
            zip.putNextEntry(new ZipEntry("a.nuspec"));
            zip.write("<package><metadata><id>a</id><version>1</version></metadata></package>".getBytes(StandardCharsets.UTF_8));
        }
        feed(PackageMetadata.NUPKG, zipped.toByteArray());
        feed(PackageMetadata.NUSPEC, "<?xml version='1.0'?><package><metadata><id>a&amp;</id><version>1.0</version></metadata></package>");
        feed(PackageMetadata.PACKAGES_CONFIG, "<packages><package id='a' version='1'/><package id='b' version='2'/></packages>");
        feed(PackageMetadata.DEPS_JSON, "{\"libraries\": {\"a/1\": {\"type\": \"package\"}, \"b/2\": {\"type\": \"project\"}}}");
        feed(PackageMetadata.NPM_PACKAGE, "{\"name\": \"@a/b\", \"version\": \"1.0\", \"x\": [1, {\"y\": null}]}");
        feed(PackageMetadata.NPM_LOCK, "{\"packages\": {\"node_modules/a\": {\"version\": \"1\", \"dev\": true}}, \"lockfileVersion\": 3}");
        feed(PackageMetadata.NPM_LOCK, "{\"dependencies\": {\"a\": {\"version\": \"1\", \"dependencies\": {\"b\": {\"version\": \"2\"}}}}}");
    }

    @Test
    public void dependencies_of_dependencies_are_not_followed_to_the_end_of_the_stack() {
        String nested = "{\"dependencies\":{\"a\":".repeat(400) + "{}" + "}}".repeat(400);
        assertThrows(IOException.class, () -> PackageMetadata.NPM_LOCK.read(
                new ByteArrayInputStream(nested.getBytes(StandardCharsets.UTF_8))));
    }

    private static void feed(PackageMetadata kind, String seed) throws Exception {
        feed(kind, seed.getBytes(StandardCharsets.UTF_8));
    }

    private static void feed(PackageMetadata kind, byte[] seed) throws Exception {
        Fuzz.of(kind.name(), IOException.class)
                .run(2000, Fuzz.mutationsOf(List.of(seed), "&a;", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///dev/zero'>]>", "[[[[", "{\"a\":"),
                        input -> kind.read(new ByteArrayInputStream(input)));
    }
}
