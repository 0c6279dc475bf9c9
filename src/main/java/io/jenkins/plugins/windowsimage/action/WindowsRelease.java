package io.jenkins.plugins.windowsimage.action;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Map;

/**
 * The names under which people know Windows versions: the tags of the base images.
 *
 * @see <a href="https://learn.microsoft.com/windows-server/get-started/windows-server-release-info">Windows Server
 * releases</a>
 */
final class WindowsRelease {
    private static final Map<String, String> TAGS = Map.of(
            "10.0.14393", "ltsc2016",
            "10.0.17763", "ltsc2019",
            "10.0.20348", "ltsc2022",
            "10.0.26100", "ltsc2025");

    private WindowsRelease() {}

    /** Such as {@code ltsc2022}; null for a version without a tag of its own. */
    @CheckForNull
    static String tag(@CheckForNull String osVersion) {
        return TAGS.get(build(osVersion));
    }

    /** The first three numbers of a version; empty for null. */
    @NonNull
    static String build(@CheckForNull String osVersion) {
        if (osVersion == null) {
            return "";
        }
        int end = -1;
        for (int number = 0; number < 3; number++) {
            end = osVersion.indexOf('.', end + 1);
            if (end < 0) {
                return osVersion;
            }
        }
        return osVersion.substring(0, end);
    }
}
