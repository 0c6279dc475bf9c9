package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.ArrayList;
import java.util.List;

/**
 * White space as Go's {@code unicode.IsSpace} sees it. The Dockerfile language is defined by a Go program; Java's own
 * predicates leave out U+00A0 and U+0085 or add the information separators.
 */
final class Whitespace {
    private Whitespace() {}

    static boolean isSpace(int c) {
        if (c <= 0xFF) {
            return (c >= '\t' && c <= '\r') || c == ' ' || c == 0x85 || c == 0xA0;
        }
        return c == 0x1680
                || (c >= 0x2000 && c <= 0x200A)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202F
                || c == 0x205F
                || c == 0x3000;
    }

    /** Whether the character separates an instruction from its arguments, or the arguments of FROM, EXPOSE and COPY. */
    static boolean separatesArguments(int c) {
        return c == ' ' || c == '\t' || c == 0x0B || c == '\f' || c == '\r';
    }

    static String trim(String text) {
        int end = text.length();
        while (end > 0 && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return trimLeft(text.substring(0, end));
    }

    static String trimLeft(String text) {
        int start = 0;
        while (start < text.length() && isSpace(text.charAt(start))) {
            start++;
        }
        return text.substring(start);
    }

    /** Cuts at every run of separators; like Go's {@code Regexp.Split} it keeps an empty word at either end. */
    static List<String> splitArguments(String text) {
        List<String> words = new ArrayList<>();
        int start = 0;
        int i = 0;
        while (i < text.length()) {
            if (!separatesArguments(text.charAt(i))) {
                i++;
                continue;
            }
            words.add(text.substring(start, i));
            while (i < text.length() && separatesArguments(text.charAt(i))) {
                i++;
            }
            start = i;
        }
        words.add(text.substring(start));
        return words;
    }
}
