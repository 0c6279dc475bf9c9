package io.jenkins.plugins.windowsimage.engine.files;

import java.util.Comparator;

/** Code point order, which unlike that of {@link String} is also the order of the UTF-8 bytes. */
final class NameOrder implements Comparator<String> {
    static final NameOrder INSTANCE = new NameOrder();

    @Override
    public int compare(String a, String b) {
        int shorter = Math.min(a.length(), b.length());
        for (int i = 0; i < shorter; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                // Surrogates stand for code points above all others.
                boolean high = Character.isSurrogate(x);
                return high == Character.isSurrogate(y) ? x - y : high ? 1 : -1;
            }
        }
        return a.length() - b.length();
    }
}
