package io.jenkins.plugins.windowsimage.action;

/** Makes text of an agent harmless to keep: of limited length and without characters that control terminals or text direction. */
final class PlainText {
    private static final int QUOTED = 100;

    private PlainText() {}

    /** The text with control and format characters replaced and cut to this many characters; null for null. */
    static String clean(String text, int maximum) {
        if (text == null) {
            return null;
        }
        String start = text.length() > maximum ? text.substring(0, maximum) + "…" : text;
        StringBuilder clean = new StringBuilder(start.length());
        start.codePoints().forEach(point -> clean.appendCodePoint(harmless(point) ? point : ' '));
        return clean.toString();
    }

    /** A name: one line, at most {@link WindowsImageRecord#MAXIMUM_NAME} characters; null for null. */
    static String name(String text) {
        String clean = clean(text, WindowsImageRecord.MAXIMUM_NAME);
        return clean == null ? null : clean.replace('\n', ' ').replace('\t', ' ');
    }

    /** The beginning of a wrong value, to be shown in a message. */
    static String quote(String text) {
        return "\"" + clean(text, QUOTED).replace('\n', ' ') + "\"";
    }

    private static boolean harmless(int point) {
        if (point == '\n' || point == '\t') {
            return true;
        }
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
