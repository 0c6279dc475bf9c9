package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.image.ImageReference;

/** Where an image comes from that a stage starts from or copies from. Equal values are the same image. */
public sealed interface ImageSource {

    /** An image known by its name: in the store or in a registry. */
    record Named(ImageReference reference) implements ImageSource {
        @Override
        public String toString() {
            return reference.toString();
        }
    }

    /**
     * An image in an OCI layout ({@code --build-context NAME=oci-layout://...}).
     *
     * @param location what follows {@code oci-layout://}: a directory, then optionally {@code :tag} or {@code @digest}
     */
    record Layout(String location) implements ImageSource {
        @Override
        public String toString() {
            return "oci-layout://" + location;
        }
    }
}
