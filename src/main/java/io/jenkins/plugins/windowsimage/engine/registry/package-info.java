/**
 * Images in registries (OCI distribution specification 1.1 and Docker's registry API version 2): pull, push, copy,
 * index and referrers, with authentication, proxies and bounded retries.
 *
 * <p>{@link io.jenkins.plugins.windowsimage.engine.registry.RegistryClient} is the port to one or more registries;
 * {@link io.jenkins.plugins.windowsimage.engine.registry.ImagePuller}, {@link
 * io.jenkins.plugins.windowsimage.engine.registry.ImagePusher} and {@link
 * io.jenkins.plugins.windowsimage.engine.registry.ImageCopier} move whole images through it.
 */
package io.jenkins.plugins.windowsimage.engine.registry;
