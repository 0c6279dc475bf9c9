package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.dockerfile.GoQuote;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Instruction;
import io.jenkins.plugins.windowsimage.engine.dockerfile.KeyValue;
import io.jenkins.plugins.windowsimage.engine.dockerfile.LintRule;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Lints;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Source;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Warns of secrets in variables, of the traps of PATH, and of tools that a small base image does not have. */
final class VariableChecks {
    private static final Pattern SECRET = Pattern.compile(
            "(?i)(?:_|^)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(?:_|$)");
    private static final Pattern NO_SECRET = Pattern.compile("(?i)(?:_|^)(?:public|file|version)(?:_|$)");
    private static final Pattern PERCENT = Pattern.compile("%([A-Za-z_][A-Za-z0-9_()]*)%");
    private static final Pattern TOOL =
            Pattern.compile("(?i)(?:^|[\\s&|;(\"'])(choco|winget|msiexec)(?:\\.exe)?(?=[\\s\"'&|;)]|$)");

    private final Lints lints;
    private final boolean windows;
    private final boolean nanoServer;

    /** @param base name of the image that the stage starts from in the end; empty for none */
    VariableChecks(Lints lints, boolean windows, String base) {
        this.lints = lints;
        this.windows = windows;
        this.nanoServer = base.toLowerCase(Locale.ROOT).contains("nanoserver");
    }

    void checkSecret(String keyword, String name, Source source) {
        if (SECRET.matcher(name).find() && !NO_SECRET.matcher(name).find()) {
            lints.report(
                    LintRule.SECRETS_USED_IN_ARG_OR_ENV,
                    source,
                    "Do not use ARG or ENV instructions for sensitive data (" + keyword + " " + GoQuote.quote(name) + ")");
        }
    }

    void checkEnv(Instruction.Env env, Map<String, String> expanded) {
        expanded.keySet().forEach(name -> checkSecret("ENV", name, env.source()));
        if (!windows) {
            return;
        }
        for (KeyValue pair : env.pairs()) {
            Matcher percent = PERCENT.matcher(pair.value());
            if (percent.find()) {
                lints.report(
                        LintRule.PERCENT_VARIABLE,
                        env.source(),
                        "Nothing expands " + percent.group() + " in ENV; write ${" + percent.group(1) + "}");
            } else if (pair.name().equalsIgnoreCase("PATH") && !keepsMachinePath(pair.value())) {
                lints.report(
                        LintRule.PATH_REPLACED,
                        env.source(),
                        "ENV PATH replaces the PATH of the machine, so that Windows' own tools are not found;"
                                + " append ${PATH}");
            }
        }
    }

    private static boolean keepsMachinePath(String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        return lower.contains("$path") || lower.contains("${path") || lower.contains("windows\\system32")
                || lower.contains("windows/system32") || lower.contains("windows\\\\system32");
    }

    void checkRun(Instruction.Run run) {
        if (!nanoServer) {
            return;
        }
        Matcher tool = TOOL.matcher(String.join(" ", run.command().words()));
        if (tool.find()) {
            lints.report(
                    LintRule.NANOSERVER_TOOL,
                    run.source(),
                    tool.group(1) + " does not work on Nano Server; use it in a stage on Server Core and copy the result");
        }
    }
}
