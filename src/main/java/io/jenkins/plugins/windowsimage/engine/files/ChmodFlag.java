package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.util.regex.Pattern;

/** The value of {@code --chmod}: checked as BuildKit does, without effect on Windows, which has no such modes. */
public final class ChmodFlag {
    private static final Pattern OCTAL = Pattern.compile("\\+?0*[0-7]{1,4}");
    private static final Pattern NUMERIC = Pattern.compile("[+-]?\\d+");
    private static final Pattern CLAUSE = Pattern.compile("[ugoa]*(?:[-+=](?:[rwxXst]*|[ugo]))+");

    private ChmodFlag() {}

    /**
     * Checks the value.
     *
     * @return the warning that it has no effect
     * @throws EngineException of kind {@link ErrorKind#INVALID_INSTRUCTION} if it is no mode
     */
    public static String check(String chmod) {
        if (NUMERIC.matcher(chmod).matches()) {
            if (!OCTAL.matcher(chmod).matches()) {
                throw new EngineException(ErrorKind.INVALID_INSTRUCTION, "invalid chmod parameter: '" + chmod
                        + "'. it should be octal string and between 0 and 07777");
            }
        } else {
            for (String clause : chmod.split(",", -1)) {
                if (!CLAUSE.matcher(clause).matches()) {
                    throw new EngineException(ErrorKind.INVALID_INSTRUCTION, "invalid chmod parameter: '" + chmod
                            + "' is neither an octal number nor a mode such as u=rwX,go=rX");
                }
            }
        }
        return "--chmod=" + chmod + " has no effect: files on Windows have no modes";
    }
}
