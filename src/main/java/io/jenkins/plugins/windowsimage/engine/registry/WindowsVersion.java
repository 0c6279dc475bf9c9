package io.jenkins.plugins.windowsimage.engine.registry;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A Windows version, {@code major.minor.build.revision}; later parts may be missing. Versions are ordered part by part,
 * a missing part before any.
 *
 * @param parts one to four numbers
 */
record WindowsVersion(int... parts) implements Comparable<WindowsVersion> {
    private static final Pattern FORM = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9}){0,3}");
    /** Windows Server 2016, whose containers want the host's revision too. */
    private static final int SERVER_2016 = 14393;
    /** Windows Server 2022, from which on newer hosts run older images. */
    private static final int SERVER_2022 = 20348;
    /** Windows Server 2025. */
    private static final int SERVER_2025 = 26100;

    private static final int BUILD = 2;

    /** Empty for anything that is no version, as in some indexes. */
    static Optional<WindowsVersion> parse(String text) {
        if (text == null || !FORM.matcher(text).matches()) {
            return Optional.empty();
        }
        return Optional.of(new WindowsVersion(
                Arrays.stream(text.split("\\.")).mapToInt(Integer::parseInt).toArray()));
    }

    private boolean hasBuild() {
        return parts.length > BUILD;
    }

    private int build() {
        return hasBuild() ? parts[BUILD] : 0;
    }

    /** Whether all parts of the prefix are this version's first. */
    boolean startsWith(WindowsVersion prefix) {
        return parts.length >= prefix.parts.length && Arrays.equals(
                parts, 0, prefix.parts.length, prefix.parts, 0, prefix.parts.length);
    }

    /** Whether major, minor and build are equal. */
    boolean sameBuild(WindowsVersion other) {
        return hasBuild() && other.hasBuild() && Arrays.equals(parts, 0, BUILD + 1, other.parts, 0, BUILD + 1);
    }

    /**
     * Whether images of this version want a host with the same revision.
     */
    boolean wantsSameRevision() {
        return build() <= SERVER_2016;
    }

    /**
     * Whether a host of the given version runs images of this one in a container without a virtual machine: those of
     * its own build, and from Windows Server 2022 on those between the last long-term release below it and itself (the
     * rule of containerd and hcsshim).
     */
    boolean runsOn(WindowsVersion host) {
        if (!hasBuild() || !host.hasBuild() || parts[0] != host.parts[0] || parts[1] != host.parts[1]) {
            return false;
        }
        if (host.build() < SERVER_2022) {
            return build() == host.build();
        }
        int oldest = host.build() > SERVER_2025 ? SERVER_2025 : SERVER_2022;
        return oldest <= build() && build() <= host.build();
    }

    @Override
    public int compareTo(WindowsVersion other) {
        return Arrays.compare(parts, other.parts);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WindowsVersion that && Arrays.equals(parts, that.parts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(parts);
    }

    @Override
    public String toString() {
        return String.join(".", Arrays.stream(parts).mapToObj(Integer::toString).toList());
    }
}
