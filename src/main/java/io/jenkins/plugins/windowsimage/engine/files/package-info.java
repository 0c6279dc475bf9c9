/**
 * The trees of files that COPY and ADD take from, and the rules by which they choose and place them: contexts, named
 * contexts, archives, patterns. Knows nothing of layers or images.
 */
package io.jenkins.plugins.windowsimage.engine.files;
