package io.jenkins.plugins.windowsimage.engine.dockerfile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The JSON form of arguments: {@code ["a", "b"]}. What is not strict JSON is no error but the shell form. */
final class JsonWords {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    /** Half a character, which JSON can escape but UTF-8 cannot hold. */
    private static final Pattern LONE_SURROGATE = Pattern.compile("[\\x{D800}-\\x{DFFF}]");

    private JsonWords() {}

    /**
     * Reads a JSON array of strings.
     *
     * @return empty when the text is not a JSON array
     * @throws SyntaxException if it is one, but of something else than strings
     */
    static Optional<List<String>> parse(String rest) throws SyntaxException {
        String text = Whitespace.trimLeft(rest);
        if (!text.startsWith("[")) {
            return Optional.empty();
        }
        JsonNode array;
        try {
            array = MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
        List<String> words = new ArrayList<>();
        for (JsonNode element : array) {
            if (!element.isTextual()) {
                throw new SyntaxException("when using JSON array syntax, arrays must be comprised of strings only");
            }
            words.add(LONE_SURROGATE.matcher(element.textValue()).replaceAll("\uFFFD"));
        }
        return Optional.of(words);
    }
}
