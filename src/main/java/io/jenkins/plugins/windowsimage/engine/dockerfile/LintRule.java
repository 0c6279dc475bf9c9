package io.jenkins.plugins.windowsimage.engine.dockerfile;

/** The lint rules. Those of BuildKit keep its names and words; the others are about Windows and never fail a build. */
public enum LintRule {
    STAGE_NAME_CASING("StageNameCasing"),
    FROM_AS_CASING("FromAsCasing"),
    NO_EMPTY_CONTINUATION("NoEmptyContinuation"),
    CONSISTENT_INSTRUCTION_CASING("ConsistentInstructionCasing"),
    DUPLICATE_STAGE_NAME("DuplicateStageName"),
    RESERVED_STAGE_NAME("ReservedStageName"),
    JSON_ARGS_RECOMMENDED("JSONArgsRecommended"),
    MAINTAINER_DEPRECATED("MaintainerDeprecated"),
    UNDEFINED_ARG_IN_FROM("UndefinedArgInFrom"),
    WORKDIR_RELATIVE_PATH("WorkdirRelativePath"),
    UNDEFINED_VAR("UndefinedVar"),
    MULTIPLE_INSTRUCTIONS_DISALLOWED("MultipleInstructionsDisallowed"),
    LEGACY_KEY_VALUE_FORMAT("LegacyKeyValueFormat"),
    INVALID_BASE_IMAGE_PLATFORM("InvalidBaseImagePlatform"),
    REDUNDANT_TARGET_PLATFORM("RedundantTargetPlatform"),
    SECRETS_USED_IN_ARG_OR_ENV("SecretsUsedInArgOrEnv"),
    INVALID_DEFAULT_ARG_IN_FROM("InvalidDefaultArgInFrom"),
    FROM_PLATFORM_FLAG_CONST_DISALLOWED("FromPlatformFlagConstDisallowed"),
    COPY_IGNORED_FILE("CopyIgnoredFile"),
    /** Reported only when {@code check=experimental=} asks for it. */
    INVALID_DEFINITION_DESCRIPTION("InvalidDefinitionDescription"),
    EXPOSE_PROTO_CASING("ExposeProtoCasing"),
    EXPOSE_INVALID_FORMAT("ExposeInvalidFormat"),

    /** The escape character at the end of a Windows path made the next line part of this instruction. */
    BACKSLASH_CONTINUES_LINE("BackslashContinuesLine", false),
    /** Backslashes of a Windows path are lost because the backslash is the escape character. */
    BACKSLASH_LOST("BackslashLost", false),
    /** PowerShell's {@code $env:NAME} where the build expands {@code $env}. */
    POWERSHELL_VARIABLE("PowerShellVariable", false),
    /** {@code ENV PATH=...%PATH%}: nothing expands it. */
    PERCENT_VARIABLE("PercentVariable", false),
    /** {@code ENV PATH} without {@code $PATH}: Windows' own directories are no longer searched. */
    PATH_REPLACED("PathReplaced", false),
    /** {@code $PATH} where the base image states none. */
    MACHINE_PATH("MachinePath", false),
    /** A package manager that the small base image cannot run. */
    NANOSERVER_TOOL("NanoServerTool", false),
    /** A base image without tag or with {@code latest}: another build may get another image. */
    UNPINNED_BASE("UnpinnedBase", false),
    /** {@code COPY --link}, which builds the same image as a plain COPY here. */
    COPY_LINK("CopyLink", false),
    /** A name that looks like a stage of this file but is taken for an image. */
    MISSING_STAGE("MissingStage", false);

    private final String id;
    private final boolean ofBuildKit;

    LintRule(String id) {
        this(id, true);
    }

    LintRule(String id, boolean ofBuildKit) {
        this.id = id;
        this.ofBuildKit = ofBuildKit;
    }

    /** The name in messages and in {@code check=skip=}. */
    public String id() {
        return id;
    }

    /** Whether {@code check=error=true} makes it an error. */
    public boolean isOfBuildKit() {
        return ofBuildKit;
    }

    boolean isExperimental() {
        return this == INVALID_DEFINITION_DESCRIPTION;
    }
}
