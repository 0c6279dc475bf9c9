package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Pointer;
import com.sun.jna.win32.StdCallLibrary;

/** ole32.dll: the task memory that vmcompute.dll and computenetwork.dll return strings in. Source: combaseapi.h. */
public interface Ole32 extends StdCallLibrary {
    /** Frees what another function allocated; null is allowed. */
    void CoTaskMemFree(@NativeType("LPVOID") Pointer memory);
}
