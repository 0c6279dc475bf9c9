package io.jenkins.plugins.windowsimage.engine.windows.api;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Structure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Our declarations of Windows agree with its headers, as mingw-w64 has them. */
public class NativeDeclarationsTest {
    private static final String COMPILER = "x86_64-w64-mingw32-gcc";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Before
    public void pointers_have_64_bits() {
        assumeTrue("offsets are those of 64-bit Windows", Native.POINTER_SIZE == 8);
    }

    @Test
    public void functions_structures_and_constants_are_those_of_the_headers() throws Exception {
        AbiSource source = new AbiSource("<computecore.h>", "<computenetwork.h>", "\"not-in-mingw.h\"");
        for (Class<?> library : windowsLibraries()) {
            source.library(library);
        }
        source.constants(WinError.class);
        for (Structure structure : Layouts.ofWindows()) {
            source.structure(structure);
            source.constants(structure.getClass());
        }
        assertEquals("", compile(source));
    }

    @Test
    public void vmcompute_is_as_its_users_declare_it() throws Exception {
        AbiSource source = new AbiSource("<computedefs.h>", "\"vmcompute.h\"");
        source.library(VmCompute.class);
        Layouts.ofVmCompute().forEach(source::structure);
        assertEquals("", compile(source));
    }

    @Test
    public void what_we_declare_ourselves_is_in_no_header() throws Exception {
        List<String> own = names("not-in-mingw.h");
        own.addAll(names("vmcompute.h").stream().filter(name -> !name.startsWith("Hcs")).toList());
        assertTrue(own.size() > 10);
        AbiSource source = new AbiSource("<computecore.h>", "<computenetwork.h>");
        source.uses(own);
        String errors = compile(source);
        TreeSet<String> stale = new TreeSet<>(own);
        Matcher undeclared = Pattern.compile("['‘](\\w+)['’] undeclared").matcher(errors);
        while (undeclared.find()) {
            stale.remove(undeclared.group(1));
        }
        assertEquals("remove these from our own headers", new TreeSet<>(), stale);
    }

    @Test
    public void every_structure_of_the_package_is_compared() throws Exception {
        List<String> compared = new ArrayList<>();
        List<Structure> all = new ArrayList<>(Layouts.ofWindows());
        all.addAll(Layouts.ofVmCompute());
        all.forEach(structure -> compared.add(structure.getClass().getSimpleName()));
        List<String> declared = new ArrayList<>();
        for (Class<?> type : classes()) {
            if (Structure.class.isAssignableFrom(type)) {
                declared.add(type.getSimpleName());
            }
        }
        assertEquals(new TreeSet<>(declared), new TreeSet<>(compared));
    }

    @Test
    public void the_structures_that_vmcompute_reads_have_the_sizes_that_hcsshim_gives() {
        assertEquals(16, new DriverInfo().size());
        assertEquals(8, Layouts.offset(new DriverInfo(), "HomeDir"));
        assertEquals(32, new LayerDescriptor().size());
        assertEquals(16, Layouts.offset(new LayerDescriptor(), "Flags"));
        assertEquals(24, Layouts.offset(new LayerDescriptor(), "Path"));
        assertEquals(32, new ProcessInformation().size());
    }

    private static List<Class<?>> windowsLibraries() throws Exception {
        List<Class<?>> libraries = new ArrayList<>();
        for (Class<?> type : classes()) {
            if (type.isInterface() && Library.class.isAssignableFrom(type) && type != VmCompute.class) {
                libraries.add(type);
            }
        }
        assertEquals(8, libraries.size());
        return libraries;
    }

    /** The classes of the api package. */
    private static List<Class<?>> classes() throws Exception {
        Path directory = Path.of(WindowsApi.class.getResource("WindowsApi.class").toURI()).getParent();
        List<Class<?>> classes = new ArrayList<>();
        try (var files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".class") && !name.contains("$") && !name.startsWith("package")) {
                    classes.add(Class.forName(WindowsApi.class.getPackageName() + "." + name.replace(".class", "")));
                }
            }
        }
        return classes;
    }

    /** What a header of ours declares. */
    private static List<String> names(String header) throws IOException {
        List<String> names = new ArrayList<>();
        Matcher declared = Pattern.compile("API (\\w+)\\(|^} (\\w+);|^#define (\\w+)", Pattern.MULTILINE)
                .matcher(resource(header));
        while (declared.find()) {
            for (int group = 1; group <= declared.groupCount(); group++) {
                if (declared.group(group) != null) {
                    names.add(declared.group(group));
                }
            }
        }
        return names;
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = NativeDeclarationsTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** What the compiler says, without a word when it agrees. */
    private String compile(AbiSource source) throws Exception {
        Path root = folder.getRoot().toPath();
        for (String header : List.of("vmcompute.h", "not-in-mingw.h")) {
            Files.writeString(root.resolve(header), resource(header));
        }
        Path file = Files.writeString(root.resolve("declarations.c"), source.toString());
        ProcessBuilder builder = new ProcessBuilder(COMPILER, "-std=gnu11", "-Wall", "-Wextra", "-Werror",
                "-fmax-errors=0", "-fsyntax-only", file.toString());
        builder.environment().put("LC_ALL", "C");
        Process process;
        try {
            process = builder.redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(COMPILER + " is not installed (Debian: gcc-mingw-w64-x86-64)", false);
            return "";
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.waitFor();
        return exit == 0 ? output : output.isEmpty() ? "exit " + exit : output;
    }
}
