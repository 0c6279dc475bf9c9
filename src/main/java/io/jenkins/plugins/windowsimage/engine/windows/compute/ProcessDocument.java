package io.jenkins.plugins.windowsimage.engine.windows.compute;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.windowsimage.engine.windows.ProcessSpec;
import java.util.Map;

/**
 * ProcessParameters: a process to start, the same in both versions of the service. A console is not emulated, for it would merge
 * standard error into standard output. Source: Microsoft's HCS schema reference.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record ProcessDocument(
        @JsonProperty("CommandLine") String commandLine,
        @JsonProperty("WorkingDirectory") String workingDirectory,
        @JsonProperty("User") String user,
        @JsonProperty("Environment") Map<String, String> environment,
        @JsonProperty("EmulateConsole") boolean emulateConsole,
        @JsonProperty("CreateStdInPipe") boolean standardInput,
        @JsonProperty("CreateStdOutPipe") boolean standardOutput,
        @JsonProperty("CreateStdErrPipe") boolean standardError) {

    /** Asks a process to see the end of its standard input. */
    static final String CLOSE_STANDARD_INPUT =
            "{\"Operation\":\"CloseHandle\",\"CloseHandle\":{\"Handle\":\"StdIn\"}}";

    static ProcessDocument of(ProcessSpec process) {
        return new ProcessDocument(process.commandLine(), process.workingDirectory(), process.user(),
                process.environment(), false, true, true, true);
    }
}
