package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.dockerfile.ExpansionException;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Instruction;
import io.jenkins.plugins.windowsimage.engine.dockerfile.ProblemList;
import io.jenkins.plugins.windowsimage.engine.dockerfile.ShellWords;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The variables that FROM sees: those that describe the platform and those that an ARG above the first FROM declares.
 *
 * @param declared names that are known, whether they have a value or not
 */
record GlobalArgs(VariableTable values, Set<String> declared) {

    /** The platform arguments, which --build-arg can override. */
    static VariableTable ofPlatform(Platform platform, Map<String, String> buildArgs, String stage) {
        VariableTable table = new VariableTable(platform.os().equals("windows"));
        String[][] defaults = {
            {"BUILDPLATFORM", platform.shortName()},
            {"BUILDOS", platform.os()},
            {"BUILDOSVERSION", text(platform.osVersion())},
            {"BUILDARCH", platform.architecture()},
            {"BUILDVARIANT", text(platform.variant())},
            {"TARGETPLATFORM", platform.toString()},
            {"TARGETOS", platform.os()},
            {"TARGETOSVERSION", text(platform.osVersion())},
            {"TARGETARCH", platform.architecture()},
            {"TARGETVARIANT", text(platform.variant())},
            {"TARGETSTAGE", stage.isEmpty() ? "default" : stage}
        };
        for (String[] pair : defaults) {
            table.set(pair[0], buildArgs.getOrDefault(pair[0], pair[1]));
        }
        return table;
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }

    /**
     * Evaluates the ARG instructions above the first FROM.
     *
     * @param problems takes what cannot be expanded
     */
    static GlobalArgs evaluate(
            VariableTable platform,
            List<Instruction.Arg> instructions,
            Map<String, String> buildArgs,
            ShellWords words,
            ProblemList problems) {
        VariableTable values = new VariableTable(platform);
        Set<String> declared = new LinkedHashSet<>(values.names());
        for (Instruction.Arg instruction : instructions) {
            for (Instruction.Arg.Definition definition : instruction.definitions()) {
                declared.add(definition.name());
                if (buildArgs.containsKey(definition.name())) {
                    values.set(definition.name(), buildArgs.get(definition.name()));
                } else if (definition.value() != null) {
                    try {
                        values.set(definition.name(), words.expand(definition.value(), values).text());
                    } catch (ExpansionException e) {
                        problems.add(instruction.source(), e.getMessage());
                    }
                }
            }
        }
        return new GlobalArgs(values, declared);
    }
}
