/** Runs on an agent outside of Jenkins: plain Java and the ground floor of the engine, nothing of Jenkins or of other libraries in it. */
package io.jenkins.plugins.windowsimage.agent.worker;
