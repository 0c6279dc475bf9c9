/** Runs on an agent outside of Jenkins: plain Java, nothing of Jenkins or of other libraries in it. */
package io.jenkins.plugins.windowsimage.agent.worker;
