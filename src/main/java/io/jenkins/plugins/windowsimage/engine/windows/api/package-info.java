/**
 * The Windows functions, structures and constants that the engine uses, declared for JNA: one interface for each DLL.
 *
 * <p>Conventions. Everything is 64-bit Windows ({@code WINAPI}, one calling convention). {@code int} stands for DWORD, ULONG,
 * HRESULT, NTSTATUS and enumerations, {@code boolean} for the four-byte BOOL, {@code String} for a NUL-terminated UTF-16 input
 * string, {@link com.sun.jna.Pointer} for handles and opaque pointers, {@link com.sun.jna.ptr.PointerByReference} for the place
 * that receives one. {@link NativeType} names the C type wherever the Java type does not say it; a test turns all declarations
 * into C and has the compiler compare them with the Windows headers. Functions exist from Windows build 17763 (Server 2019) on
 * unless their comment names another build; JNA looks each one up at its first call, so that a newer function that is missing
 * hurts only its caller.
 *
 * <p>Nothing here is loaded before {@link SystemLibraries} is made, which happens on Windows alone. computestorage.dll is absent
 * on purpose: layers go through vmcompute.dll, as every production engine does it.
 *
 * <p>Sources: the Windows SDK headers, Microsoft's reference of the Host Compute Service and Host Compute Network, and, for
 * vmcompute.dll, which no header declares, the public sources of Microsoft's hcsshim and dotnet-computevirtualization.
 */
package io.jenkins.plugins.windowsimage.engine.windows.api;
