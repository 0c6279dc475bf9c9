package io.jenkins.plugins.windowsimage.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.windowsimage.config.Permissions;
import java.util.regex.Pattern;

/** The form that the value of a parameter must have, as the engine reads it (docs/command-line.md). */
enum ParameterForm {
    BUILD_ARGUMENT("buildArgs", "[A-Za-z_][A-Za-z0-9_.-]*(=.*)?"),
    CPUS("cpus", "[0-9]{1,4}(\\.[0-9]{1,3})?"),
    KEEP_STORAGE("keepStorage", Texts.SIZE),
    MEMORY("memory", Texts.SIZE),
    OLDER_THAN("olderThan", "([0-9]+[smhdw])+"),
    OS_VERSION("osVersion", "10\\.0\\.[0-9]{1,6}(\\.[0-9]{1,6})?"),
    SCRATCH_SIZE("scratchSize", Texts.SIZE);

    private final String parameter;
    private final Pattern pattern;

    ParameterForm(String parameter, String pattern) {
        this.parameter = parameter;
        this.pattern = Pattern.compile(pattern);
    }

    boolean fits(@NonNull String value) {
        return pattern.matcher(value).matches();
    }

    /**
     * The value as it is; null stays null.
     *
     * @throws IllegalArgumentException naming the parameter, if the value has another form
     */
    @CheckForNull
    String checked(@CheckForNull String value) {
        if (value != null && !fits(value)) {
            throw new IllegalArgumentException(Messages.ParameterForm_wrong(parameter, value));
        }
        return value;
    }

    /** For a field of a form, where variables may stand that are replaced later. */
    @NonNull
    FormValidation check(@CheckForNull Item item, @CheckForNull String value) {
        String text = Util.fixEmptyAndTrim(value);
        return Permissions.mayConfigure(item) && text != null && !text.contains("$") && !fits(text)
                ? FormValidation.error(Messages.ParameterForm_wrong(parameter, text))
                : FormValidation.ok();
    }

    private static final class Texts {
        static final String SIZE = "[0-9]+(\\.[0-9]+)?\\s*([kmgtKMGT]?[iI]?[bB]?)";
    }
}
