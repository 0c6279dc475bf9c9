package io.jenkins.plugins.windowsimage.engine.plan;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/** Tells sources of ADD that are downloads or Git repositories from paths. */
final class RemoteSource {
    private static final Pattern GIT =
            Pattern.compile("(?i)(git|ssh)://.*|[a-z0-9_.-]+@[^:/]+:.*|https?://[^#?]+\\.git([#?].*)?");
    private static final String UNNAMED = "__unnamed__";

    private RemoteSource() {}

    static boolean isGit(String source) {
        return GIT.matcher(source).matches();
    }

    static boolean isUrl(String source) {
        return (source.startsWith("http://") || source.startsWith("https://")) && !isGit(source);
    }

    /** The last part of the URL's path. */
    static String fileName(String url) {
        String path;
        try {
            path = new URI(url).getPath();
        } catch (URISyntaxException e) {
            return UNNAMED;
        }
        if (path == null) {
            return UNNAMED;
        }
        String trimmed = path.replaceAll("/+$", "");
        String name = trimmed.substring(trimmed.lastIndexOf('/') + 1);
        return name.isEmpty() || name.equals(".") ? UNNAMED : name;
    }
}
