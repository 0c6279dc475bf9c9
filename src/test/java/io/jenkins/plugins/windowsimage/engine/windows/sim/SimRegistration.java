package io.jenkins.plugins.windowsimage.engine.windows.sim;

import io.jenkins.plugins.windowsimage.engine.windows.api.VmCompute;
import java.util.List;

/**
 * A callback that is registered with vmcompute.dll.
 *
 * @param owner the list that holds it for as long as it is registered
 */
record SimRegistration(VmCompute.Notification callback, List<SimRegistration> owner) {}
