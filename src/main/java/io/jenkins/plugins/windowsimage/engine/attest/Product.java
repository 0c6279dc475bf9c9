package io.jenkins.plugins.windowsimage.engine.attest;

/** How this software calls itself in statements. */
final class Product {
    static final String NAME = "windows-image";
    /** Where its documentation is; the prefix of the URIs it makes. */
    static final String ADDRESS = "https://github.com/jenkinsci/windows-image-build-plugin";

    private Product() {}

    static String version() {
        String version = Product.class.getPackage().getImplementationVersion();
        return version == null ? "unreleased" : version;
    }
}
