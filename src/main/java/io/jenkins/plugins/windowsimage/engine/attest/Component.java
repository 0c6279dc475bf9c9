package io.jenkins.plugins.windowsimage.engine.attest;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import java.util.Map;

/**
 * A piece of software in an image.
 *
 * @param id tells it apart from every other piece; the same for one package that is found several times
 * @param version null when it is not known
 * @param publisher null when it is not known
 * @param purl package URL; null for what has none
 * @param sha256 of a file's content, 64 hexadecimal digits; null for what is no file
 * @param properties what else is known, by name
 */
public record Component(
        Type type,
        String id,
        String name,
        String version,
        String publisher,
        String purl,
        String sha256,
        Map<String, String> properties) {

    /** What a component is; the names are those of CycloneDX in upper case. */
    public enum Type {
        CONTAINER,
        APPLICATION,
        LIBRARY,
        FILE
    }

    public Component {
        properties = Map.copyOf(properties);
    }

    static Component nuget(String packageId, String version) {
        // NuGet compares ids without regard to case, so the first spelling found stands for all.
        String purl = PackageUrl.nuget(packageId, version);
        return new Component(
                Type.LIBRARY, purl.toLowerCase(java.util.Locale.ROOT), packageId, version, null, purl, null, Map.of());
    }

    static Component npm(String name, String version) {
        String purl = PackageUrl.npm(name, version);
        return new Component(Type.LIBRARY, purl, name, version, null, purl, null, Map.of());
    }

    /**
     * A file that belongs to no recognised package.
     *
     * @param path from the root of the drive
     */
    static Component file(String path, String sha256) {
        return new Component(Type.FILE, "file:" + path, path, null, null, null, sha256, Map.of());
    }

    /**
     * An image.
     *
     * @param name as people call it
     * @param reference its name in a registry; null when it has none
     */
    public static Component image(String name, ImageReference reference, Digest digest) {
        String purl = reference == null ? null : PackageUrl.oci(reference, digest);
        return new Component(
                Type.CONTAINER, "image:" + name + "@" + digest, name, digest.toString(), null, purl, null, Map.of());
    }
}
