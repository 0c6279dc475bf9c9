/**
 * What is stated about an image besides the image itself: which software is in it (SBOM) and how it was made (provenance), each
 * as an artifact that refers to the image.
 */
package io.jenkins.plugins.windowsimage.engine.attest;
