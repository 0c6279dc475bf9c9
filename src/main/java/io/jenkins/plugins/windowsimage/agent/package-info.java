/**
 * Starts the engine on an agent as a process of its own and follows it. What runs in that process is in {@code worker}; the
 * rest runs in the controller, with small callables in the agent's virtual machine.
 */
package io.jenkins.plugins.windowsimage.agent;
