/**
 * What is kept on disk between builds: blobs by digest, image names, the instruction cache, and the formats in
 * which images are exchanged as files. Safe for many processes at once and across a kill at any moment.
 */
package io.jenkins.plugins.windowsimage.engine.store;
