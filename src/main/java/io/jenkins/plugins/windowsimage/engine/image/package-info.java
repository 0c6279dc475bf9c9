/**
 * The OCI image model: digests, references, descriptors, manifests, indexes and configs, as immutable values.
 *
 * <p>Nothing here does input or output. The JSON shapes follow the OCI image specification 1.1 and, where Docker's schema 2
 * differs, Docker's.
 */
package io.jenkins.plugins.windowsimage.engine.image;
