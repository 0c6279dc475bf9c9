/**
 * A Windows in memory behind the interfaces of the api package, for tests: strict about order, documents, handles, privileges and
 * who frees what. {@link io.jenkins.plugins.windowsimage.engine.windows.sim.SimWindows} is the way in.
 */
package io.jenkins.plugins.windowsimage.engine.windows.sim;
