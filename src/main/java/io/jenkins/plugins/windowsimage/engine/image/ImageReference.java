package io.jenkins.plugins.windowsimage.engine.image;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The name of an image: registry host, repository, and a tag or a digest or both. Follows the grammar of distribution/reference,
 * with Docker's defaults: {@code hello} means {@code docker.io/library/hello:latest}.
 *
 * @param host registry host with its port, such as {@code mcr.microsoft.com} or {@code localhost:5000}
 * @param repository path within the registry, such as {@code library/hello}
 * @param tag null when only a digest was given
 * @param digest null when none was given
 */
public record ImageReference(String host, String repository, String tag, Digest digest) {
    public static final String DOCKER_HUB = "docker.io";
    private static final String LATEST = "latest";
    private static final int MAXIMUM_NAME = 255;

    private static final String COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
    private static final Pattern REPOSITORY = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*");
    private static final String DOMAIN_COMPONENT = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
    private static final Pattern HOST = Pattern.compile(
            "(?:" + DOMAIN_COMPONENT + "(?:\\." + DOMAIN_COMPONENT + ")*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

    /**
     * Reads a reference and fills in Docker's defaults.
     *
     * @throws IllegalArgumentException with a sentence that names the text and what is wrong with it
     */
    public static ImageReference parse(String text) {
        String rest = text;
        Digest digest = null;
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = digestOf(text, rest.substring(at + 1));
            rest = rest.substring(0, at);
        }
        String host = DOCKER_HUB;
        int slash = rest.indexOf('/');
        if (slash >= 0 && looksLikeHost(rest.substring(0, slash))) {
            host = rest.substring(0, slash);
            rest = rest.substring(slash + 1);
        }
        String tag = null;
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            tag = rest.substring(colon + 1);
            rest = rest.substring(0, colon);
        }
        check(text, host, rest, tag);
        if (host.equals("index.docker.io")) {
            host = DOCKER_HUB;
        }
        if (host.equals(DOCKER_HUB) && rest.indexOf('/') < 0) {
            rest = "library/" + rest;
        }
        return new ImageReference(host, rest, tag == null && digest == null ? LATEST : tag, digest);
    }

    private static Digest digestOf(String text, String digest) {
        try {
            return Digest.parse(digest);
        } catch (IllegalArgumentException e) {
            throw invalid(text, "what follows @ is not sha256: and 64 hexadecimal digits");
        }
    }

    private static boolean looksLikeHost(String first) {
        return first.indexOf('.') >= 0
                || first.indexOf(':') >= 0
                || first.equals("localhost")
                || !first.equals(first.toLowerCase(Locale.ROOT));
    }

    private static void check(String text, String host, String repository, String tag) {
        if (repository.isEmpty()) {
            throw invalid(text, "the repository name is missing");
        }
        if (!HOST.matcher(host).matches()) {
            throw invalid(text, "\"" + host + "\" is not a registry host");
        }
        if (!REPOSITORY.matcher(repository).matches()) {
            throw invalid(
                    text,
                    repository.equals(repository.toLowerCase(Locale.ROOT))
                            ? "\"" + repository + "\" is not a repository name"
                            : "repository names are written in lower case");
        }
        if (host.length() + repository.length() + 1 > MAXIMUM_NAME) {
            throw invalid(text, "the name is longer than " + MAXIMUM_NAME + " characters");
        }
        if (tag != null && !TAG.matcher(tag).matches()) {
            throw invalid(text, "\"" + tag + "\" is not a tag");
        }
    }

    private static IllegalArgumentException invalid(String text, String why) {
        return new IllegalArgumentException("\"" + text + "\" is not an image reference: " + why);
    }

    /** What a registry is asked for: the digest when there is one, else the tag. */
    public String selector() {
        return digest != null ? digest.toString() : tag;
    }

    /** Host and repository, without tag and digest. */
    public String name() {
        return host + "/" + repository;
    }

    /** The same repository under another tag. */
    public ImageReference withTag(String other) {
        return new ImageReference(host, repository, other, null);
    }

    /** The same repository at exactly this content. */
    public ImageReference withDigest(Digest exact) {
        return new ImageReference(host, repository, null, exact);
    }

    /** The form that people write: Docker Hub's host and {@code library/} are left out. */
    public String familiar() {
        String full = toString();
        if (!host.equals(DOCKER_HUB)) {
            return full;
        }
        String path = full.substring(DOCKER_HUB.length() + 1);
        String owner = path.substring(0, path.indexOf('/'));
        if (owner.equals("library")) {
            return path.substring("library/".length());
        }
        // An owner such as "a.b" would be taken for a host when the short form is read again.
        return looksLikeHost(owner) ? full : path;
    }

    /** The full form, {@code host/repository[:tag][@digest]}. */
    @Override
    public String toString() {
        return name() + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
    }
}
