package io.jenkins.plugins.windowsimage.engine.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One line of an image's history: an instruction, and whether it made a layer. The entries that made one stand in the order of
 * the layers.
 *
 * @param created RFC 3339 instant; null when not stated
 * @param createdBy the instruction
 * @param author null when not stated
 * @param comment null when not stated
 * @param emptyLayer true when the instruction made no layer, null (not false) otherwise
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record History(
        @JsonProperty("created") String created,
        @JsonProperty("created_by") String createdBy,
        @JsonProperty("author") String author,
        @JsonProperty("comment") String comment,
        @JsonProperty("empty_layer") Boolean emptyLayer) {

    /** Whether this entry stands for a layer of its own. */
    public boolean madeLayer() {
        return !Boolean.TRUE.equals(emptyLayer);
    }
}
