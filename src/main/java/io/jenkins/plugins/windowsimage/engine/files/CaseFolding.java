package io.jenkins.plugins.windowsimage.engine.files;

/**
 * How NTFS compares names: each UTF-16 unit on its own, by its upper-case form, independent of any language. The table
 * of a volume ($UpCase) agrees with the simple upper-casing of Unicode but for a few letters, which it leaves alone.
 */
public final class CaseFolding {
    private CaseFolding() {}

    public static char fold(char c) {
        if (c < 0x80) {
            return c >= 'a' && c <= 'z' ? (char) (c - 0x20) : c;
        }
        return switch (c) {
            case '\u00B5', '\u0131', '\u017F' -> c;
            default -> Character.toUpperCase(c);
        };
    }

    /** The form in which names that NTFS takes for one are equal. */
    public static String fold(String name) {
        char[] folded = name.toCharArray();
        for (int i = 0; i < folded.length; i++) {
            folded[i] = fold(folded[i]);
        }
        return new String(folded);
    }

    /** Orders names by their folded form; 0 when NTFS takes them for one. */
    public static int compare(CharSequence a, CharSequence b) {
        int shorter = Math.min(a.length(), b.length());
        for (int i = 0; i < shorter; i++) {
            char x = fold(a.charAt(i));
            char y = fold(b.charAt(i));
            if (x != y) {
                return x - y;
            }
        }
        return a.length() - b.length();
    }
}
