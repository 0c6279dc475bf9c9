package io.jenkins.plugins.windowsimage.engine.windows;

import com.sun.jna.Pointer;

/** The strings of Windows in native memory, on whatever system this runs. */
public final class Utf16 {
    private Utf16() {}

    /** The NUL-terminated string at an address; null for a null pointer. */
    public static String read(Pointer address) {
        if (address == null) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (long offset = 0; ; offset += 2) {
            char next = (char) address.getShort(offset);
            if (next == 0) {
                return text.toString();
            }
            text.append(next);
        }
    }

    /** The characters of a buffer up to its first NUL. */
    public static String read(char[] buffer) {
        int end = 0;
        while (end < buffer.length && buffer[end] != 0) {
            end++;
        }
        return new String(buffer, 0, end);
    }
}
