package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.List;

/**
 * One instruction as text: continued lines joined, comments taken out.
 *
 * @param start first physical line, counted from 1
 * @param end last physical line, that of a heredoc's end included
 * @param comments the comment lines directly above, without {@code #}
 * @param heredocs what follows the line
 */
record LogicalLine(int start, int end, String text, List<String> comments, List<Heredoc> heredocs) {
    LogicalLine {
        comments = List.copyOf(comments);
        heredocs = List.copyOf(heredocs);
    }
}
