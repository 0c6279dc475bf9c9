package io.jenkins.plugins.windowsimage.engine.image;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/**
 * Reads and writes the JSON of the image model. Output is compact and depends on the value alone, so that equal images get
 * equal digests. Thread-safe.
 */
public final class ImageJson {
    /** Levels of a document. Each takes some of the stack where types contain themselves, and a thread has 512 KB of it. */
    private static final int DEEPEST = 200;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
                    .build())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // Immutable maps of the JDK have another order in each process.
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private ImageJson() {}

    /** Compact UTF-8 JSON of a value of the image model. */
    public static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass().getSimpleName() + " as JSON", e);
        }
    }

    /**
     * Reads a value of the image model.
     *
     * @param what what the bytes are said to be, for the error
     * @throws IllegalArgumentException with a sentence if the bytes are something else
     */
    public static <T> T read(byte[] json, Class<T> type, String what) {
        try {
            T value = MAPPER.readValue(json, type);
            if (value == null) {
                throw new IllegalArgumentException("not a valid " + what + ": null");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a valid " + what + ": " + problem(e), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("not a valid " + what + ": " + e.getMessage(), e);
        }
    }

    /** What a person can understand of it: a value that the model itself refuses is told in the model's words. */
    private static String problem(JsonProcessingException failure) {
        if (failure instanceof ValueInstantiationException refused && refused.getCause() instanceof IllegalArgumentException why) {
            return why.getMessage();
        }
        // The lists and maps of the JDK take no null.
        return failure.getCause() instanceof NullPointerException
                ? "there is null where a value belongs"
                : failure.getOriginalMessage();
    }
}
