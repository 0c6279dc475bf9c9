package io.jenkins.plugins.windowsimage.engine.windows.sim;

/** An event; touched with the lock of the simulation held. */
final class SimEvent {
    boolean signalled;
}
