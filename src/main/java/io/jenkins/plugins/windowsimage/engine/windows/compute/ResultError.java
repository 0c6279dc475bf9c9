package io.jenkins.plugins.windowsimage.engine.windows.compute;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The document that comes with a failure; often the only diagnosis there is.
 *
 * @param error HRESULT, 0 when not stated
 * @param message null when not stated
 * @param events what led to it; null when not stated
 */
record ResultError(
        @JsonProperty("Error") int error,
        @JsonProperty("ErrorMessage") String message,
        @JsonProperty("ErrorEvents") List<Event> events) {

    /**
     * @param message what happened
     * @param source where
     */
    record Event(@JsonProperty("Message") String message, @JsonProperty("Source") String source) {}

    /** The text of a result document for a message; null when it says nothing. */
    static String describe(String document) {
        if (document == null || document.isBlank()) {
            return null;
        }
        ResultError result;
        try {
            result = Json.MAPPER.readValue(document, ResultError.class);
        } catch (JsonProcessingException e) {
            return document.strip();
        }
        Set<String> sentences = new LinkedHashSet<>();
        add(sentences, result.message);
        if (result.events != null) {
            for (Event event : result.events) {
                add(sentences, event.message);
            }
        }
        return sentences.isEmpty() ? document.strip() : String.join("; ", sentences);
    }

    private static void add(Set<String> sentences, String sentence) {
        if (sentence != null && !sentence.isBlank()) {
            sentences.add(sentence.strip());
        }
    }
}
