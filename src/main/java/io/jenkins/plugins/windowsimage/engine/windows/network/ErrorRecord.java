package io.jenkins.plugins.windowsimage.engine.windows.network;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What the network service says about a failure. */
record ErrorRecord(@JsonProperty("Error") String error) {

    /** The text of a record for a message; null when it says nothing. */
    static String describe(ObjectMapper json, String record) {
        if (record == null || record.isBlank()) {
            return null;
        }
        try {
            ErrorRecord read = json.readValue(record, ErrorRecord.class);
            return read.error == null || read.error.isBlank() ? record.strip() : read.error.strip();
        } catch (JsonProcessingException e) {
            return record.strip();
        }
    }
}
