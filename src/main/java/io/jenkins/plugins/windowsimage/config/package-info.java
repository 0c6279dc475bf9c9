/** Global configuration, and the credentials that builds use. */
package io.jenkins.plugins.windowsimage.config;
