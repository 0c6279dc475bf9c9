package io.jenkins.plugins.windowsimage.engine.attest;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * The files by which package managers say what is installed. Which one a file is, its name and place tell.
 */
enum PackageMetadata {
    /** A NuGet package itself: a zip with a nuspec at its root. */
    NUPKG {
        @Override
        List<Component> read(InputStream content) throws IOException {
            try (ZipInputStream zip = new ZipInputStream(new Limited(content))) {
                InputStream unpacked = new Limited(zip);
                for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                    String name = entry.getName().toLowerCase(Locale.ROOT);
                    if (name.endsWith(".nuspec") && name.indexOf('/') < 0) {
                        return NUSPEC.read(unpacked);
                    }
                    while (unpacked.skip(1 << 16) > 0) {
                        continue;
                    }
                }
                throw new IOException("it has no nuspec");
            } catch (IllegalArgumentException e) {
                // A name in the zip that is no UTF-8.
                throw new IOException(e.getMessage(), e);
            }
        }
    },
    /** The description within a NuGet package, also where the package lies unpacked. */
    NUSPEC {
        @Override
        List<Component> read(InputStream content) throws IOException {
            NuspecHandler nuspec = new NuspecHandler();
            parse(content, nuspec);
            String id = nuspec.first.get("id");
            String version = nuspec.first.get("version");
            // A nuspec in a source tree has tokens such as $version$ that only packing fills in.
            return isPlain(id) && isPlain(version) && version.indexOf('$') < 0 && id.indexOf('$') < 0
                    ? List.of(Component.nuget(id, version))
                    : List.of();
        }
    },
    /** {@code packages.config} of older .NET projects. */
    PACKAGES_CONFIG {
        @Override
        List<Component> read(InputStream content) throws IOException {
            List<Component> found = new ArrayList<>();
            parse(content, new DefaultHandler() {
                @Override
                public void startElement(String uri, String local, String name, Attributes attributes) {
                    String id = attributes.getValue("id");
                    String version = attributes.getValue("version");
                    if (name.equals("package") && isPlain(id) && isPlain(version)) {
                        found.add(Component.nuget(id, version));
                    }
                }
            });
            return found;
        }
    },
    /** {@code *.deps.json}, which the .NET host reads to find an application's libraries. */
    DEPS_JSON {
        @Override
        List<Component> read(InputStream content) throws IOException {
            List<Component> found = new ArrayList<>();
            json(content, DepsFile.class).libraries().forEach((name, library) -> {
                int slash = name.indexOf('/');
                String type = library == null || library.type() == null ? "" : library.type();
                if (slash > 0 && (type.equals("package") || type.equals("runtimepack"))) {
                    String id = name.substring(0, slash);
                    String version = name.substring(slash + 1);
                    id = type.equals("runtimepack") && id.startsWith(RUNTIME_PACK) ? id.substring(RUNTIME_PACK.length()) : id;
                    if (isPlain(id) && isPlain(version)) {
                        found.add(Component.nuget(id, version));
                    }
                }
            });
            return found;
        }
    },
    /** {@code package.json} of a package that is installed in {@code node_modules}. */
    NPM_PACKAGE {
        @Override
        List<Component> read(InputStream content) throws IOException {
            NpmPackage npm = json(content, NpmPackage.class);
            return isPlain(npm.name()) && isPlain(npm.version())
                    ? List.of(Component.npm(npm.name(), npm.version()))
                    : List.of();
        }
    },
    /** {@code package-lock.json} or {@code npm-shrinkwrap.json}; what is for development only is left out. */
    NPM_LOCK {
        @Override
        List<Component> read(InputStream content) throws IOException {
            LockFile lock = json(content, LockFile.class);
            List<Component> found = new ArrayList<>();
            if (lock.packages() != null) {
                lock.packages().forEach((path, locked) -> {
                    int last = path.lastIndexOf(NODE_MODULES);
                    if (last >= 0 && locked != null) {
                        String name = locked.name() != null ? locked.name() : path.substring(last + NODE_MODULES.length());
                        add(found, name, locked.version(), locked.dev() || locked.link());
                    }
                });
            } else {
                addAll(found, lock.dependencies());
            }
            return found;
        }
    };

    private static final int LARGEST = 16 << 20;
    private static final String NODE_MODULES = "node_modules/";
    private static final String RUNTIME_PACK = "runtimepack.";

    /**
     * What the content says is installed.
     *
     * @throws IOException if it is not what its name promises, or larger than 16 MB
     */
    abstract List<Component> read(InputStream content) throws IOException;

    /** What a file is by its path; empty for most files. */
    static Optional<PackageMetadata> of(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        String name = lower.substring(lower.lastIndexOf('/') + 1);
        if (name.endsWith(".nupkg") && !name.endsWith(".symbols.nupkg")) {
            return Optional.of(NUPKG);
        }
        if (name.endsWith(".nuspec")) {
            return Optional.of(NUSPEC);
        }
        if (name.equals("packages.config")) {
            return Optional.of(PACKAGES_CONFIG);
        }
        if (name.endsWith(".deps.json")) {
            return Optional.of(DEPS_JSON);
        }
        if (name.equals("package-lock.json") || name.equals(".package-lock.json") || name.equals("npm-shrinkwrap.json")) {
            return Optional.of(NPM_LOCK);
        }
        return name.equals("package.json") && lower.matches("(?:.*/)?node_modules/(?:@[^/]+/)?[^/]+/package\\.json")
                ? Optional.of(NPM_PACKAGE)
                : Optional.empty();
    }

    private static void addAll(List<Component> found, Map<String, LockedDependency> dependencies) {
        if (dependencies != null) {
            dependencies.forEach((name, locked) -> {
                if (locked != null) {
                    add(found, name, locked.version(), locked.dev());
                    addAll(found, locked.dependencies());
                }
            });
        }
    }

    private static void add(List<Component> found, String name, String version, boolean absent) {
        if (!absent && isPlain(name) && isPlain(version)) {
            found.add(Component.npm(name, version));
        }
    }

    /** Whether a name or version is one line of characters, of a sensible length. */
    private static boolean isPlain(String text) {
        return text != null && !text.isBlank() && text.length() <= 300
                && text.codePoints().noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
    }

    private static <T> T json(InputStream content, Class<T> type) throws IOException {
        try {
            return ImageJson.read(bytes(content), type, "package file");
        } catch (IllegalArgumentException e) {
            throw e.getCause() instanceof JsonProcessingException json ? json : new IOException(e.getMessage(), e);
        }
    }

    /** The whole of a small file, without the mark that editors on Windows put in front of UTF-8. */
    private static byte[] bytes(InputStream content) throws IOException {
        byte[] bytes = content.readNBytes(LARGEST + 1);
        if (bytes.length > LARGEST) {
            throw new IOException("it is larger than " + LARGEST + " bytes");
        }
        boolean marked = bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF;
        return marked ? java.util.Arrays.copyOfRange(bytes, 3, bytes.length) : bytes;
    }

    /** The text of a file, whatever it says about its encoding: these are UTF-8, or UTF-16 with its mark. */
    private static String text(InputStream content) throws IOException {
        byte[] bytes = bytes(content);
        boolean wide = bytes.length >= 2 && (bytes[0] & bytes[1] & 0xFE) == 0xFE && bytes[0] != bytes[1];
        return new String(bytes, wide ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8);
    }

    /** No document types and no external entities: these files come from anybody. */
    private static void parse(InputStream content, DefaultHandler handler) throws IOException {
        try {
            SAXParserFactory factory = SAXParserFactory.newDefaultInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.newSAXParser().parse(new InputSource(new StringReader(text(content))), handler);
        } catch (SAXException | ParserConfigurationException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Keeps the text of the first element of each name that a nuspec may have. */
    private static final class NuspecHandler extends DefaultHandler {
        private final Map<String, String> first = new HashMap<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public void startElement(String uri, String local, String name, Attributes attributes) {
            text.setLength(0);
        }

        @Override
        public void characters(char[] characters, int start, int length) {
            text.append(characters, start, length);
        }

        @Override
        public void endElement(String uri, String local, String name) {
            if (name.equals("id") || name.equals("version")) {
                first.putIfAbsent(name, text.toString().trim());
            }
        }
    }

    /** Ends the reading of archives that unpack to far more than packages do. */
    private static final class Limited extends FilterInputStream {
        private static final long MOST = 2L << 30;
        private long count;

        Limited(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return (int) count(super.read(bytes, offset, length));
        }

        @Override
        public long skip(long bytes) throws IOException {
            return count(super.skip(bytes));
        }

        private long count(long more) throws IOException {
            count += Math.max(0, more);
            if (count > MOST) {
                throw new IOException("it is larger than " + MOST + " bytes");
            }
            return more;
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record DepsFile(@JsonProperty("libraries") Map<String, Library> libraries) {
        DepsFile {
            libraries = libraries == null ? Map.of() : libraries;
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Library(@JsonProperty("type") String type) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record NpmPackage(@JsonProperty("name") String name, @JsonProperty("version") String version) {}

    /**
     * @param packages of npm 7 and newer, by path
     * @param dependencies of older npm, by name
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record LockFile(
            @JsonProperty("packages") Map<String, LockedPackage> packages,
            @JsonProperty("dependencies") Map<String, LockedDependency> dependencies) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record LockedPackage(
            @JsonProperty("name") String name,
            @JsonProperty("version") String version,
            @JsonProperty("dev") boolean dev,
            @JsonProperty("link") boolean link) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record LockedDependency(
            @JsonProperty("version") String version,
            @JsonProperty("dev") boolean dev,
            @JsonProperty("dependencies") Map<String, LockedDependency> dependencies) {}
}
