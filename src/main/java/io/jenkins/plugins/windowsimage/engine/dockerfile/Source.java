package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.List;

/**
 * Where an instruction comes from.
 *
 * @param keyword as written, such as {@code run}
 * @param text the instruction with its continued lines joined and blanks at either end dropped
 * @param line first physical line, counted from 1
 * @param endLine last physical line
 * @param comments comment lines directly above, without {@code #}
 */
public record Source(String keyword, String text, int line, int endLine, List<String> comments) {
    public Source {
        comments = List.copyOf(comments);
    }
}
