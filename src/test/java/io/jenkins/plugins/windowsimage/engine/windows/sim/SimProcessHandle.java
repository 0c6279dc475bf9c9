package io.jenkins.plugins.windowsimage.engine.windows.sim;

/** What a handle of a process stands for; that of its standard input stands for the process itself. */
record SimProcessHandle(SimProcess process) {}
