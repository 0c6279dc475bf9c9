package io.jenkins.plugins.windowsimage.engine.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The layers of an image by the digests of their uncompressed tars.
 *
 * @param type always {@code layers}
 * @param diffIds base layer first
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RootFs(
        @JsonProperty("type") String type,
        @JsonProperty("diff_ids") List<Digest> diffIds) {

    public static final RootFs EMPTY = new RootFs("layers", List.of());

    public RootFs {
        diffIds = diffIds == null ? List.of() : List.copyOf(diffIds);
    }
}
