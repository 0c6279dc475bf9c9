package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.util.Locale;

/**
 * How a new layer is to be compressed.
 *
 * @param type the format
 * @param level 1 (fast) to 9 (small) for gzip, 1 to 22 for zstd, 0 for none
 */
public record LayerCompression(Compression type, int level) {
    /** Gzip as fast as it goes: the bytes saved by higher levels rarely pay for their time. */
    public static final LayerCompression DEFAULT = of(Compression.GZIP);

    /**
     * @throws EngineException of kind {@link ErrorKind#USAGE} if the format has no such level
     */
    public LayerCompression {
        int highest = highestLevel(type);
        if (level < Math.min(1, highest) || level > highest) {
            throw new EngineException(ErrorKind.USAGE, "there is no compression level " + level + " of "
                    + type.name().toLowerCase(Locale.ROOT) + (highest == 0 ? "" : "; it has 1 to " + highest));
        }
    }

    /** This format at its usual level. */
    public static LayerCompression of(Compression type) {
        return new LayerCompression(type, switch (type) {
            case GZIP -> 1;
            case ZSTD -> 3;
            case NONE -> 0;
        });
    }

    private static int highestLevel(Compression type) {
        return switch (type) {
            case GZIP -> 9;
            case ZSTD -> 22;
            case NONE -> 0;
        };
    }
}
