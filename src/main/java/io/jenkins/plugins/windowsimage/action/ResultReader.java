package io.jenkins.plugins.windowsimage.action;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import edu.umd.cs.findbugs.annotations.NonNull;
import edu.umd.cs.findbugs.annotations.Nullable;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.BaseImage;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Failure;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Kind;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Layer;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Outcome;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Reference;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Step;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Totals;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Warning;
import java.io.IOException;
import java.util.List;

/**
 * Reads the result file of a build (docs/result-format.md) as it came from an agent, which may be wrong or hostile: what is too
 * large, malformed, of a wrong type or lacks its form is refused whole; texts are cleaned. Stateless.
 */
public final class ResultReader {
    /** Largest result file that is read, in bytes. */
    public static final int MAXIMUM_BYTES = 8 << 20;

    private static final int MAXIMUM_STRING = 1 << 20;
    private static final int MAXIMUM_DEPTH = 16;
    private static final int MAXIMUM_NUMBER = 20;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(MAXIMUM_STRING)
                            .maxNestingDepth(MAXIMUM_DEPTH)
                            .maxNumberLength(MAXIMUM_NUMBER)
                            .build())
                    .build())
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            // Newer engines may say more.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .withCoercionConfig(LogicalType.Textual, config -> {
                config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                config.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                config.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
            })
            .build();

    private ResultReader() {}

    /**
     * What only the controller knows of a piece of work.
     *
     * @param kind what was done
     * @param startMillis when it began, in milliseconds since 1970
     * @param stage of the pipeline; null outside of one
     * @param agent name of the node; empty for the built-in node
     */
    public record Origin(@NonNull Kind kind, long startMillis, @Nullable String stage, @NonNull String agent) {}

    /**
     * @param json the file's content
     * @throws IOException saying what is wrong, if the file is refused
     */
    @NonNull
    public static WindowsImageRecord read(@NonNull byte[] json, @NonNull Origin origin) throws IOException {
        if (json.length > MAXIMUM_BYTES) {
            throw refused("it is larger than " + (MAXIMUM_BYTES >> 20) + " MB", null);
        }
        try {
            File file = MAPPER.readValue(json, File.class);
            if (file == null) {
                throw refused("it is empty", null);
            }
            return file.record(origin);
        } catch (IllegalArgumentException e) {
            throw refused(e.getMessage(), e);
        } catch (JsonProcessingException e) {
            throw refused(reason(e), e);
        }
    }

    private static String reason(JsonProcessingException e) {
        Throwable cause = e.getCause();
        if (cause instanceof IllegalArgumentException) {
            return cause.getMessage();
        }
        return PlainText.clean(e.getOriginalMessage(), WindowsImageRecord.MAXIMUM_NAME);
    }

    private static IOException refused(String why, Exception cause) {
        return new IOException("The result that the agent sent is refused: " + why, cause);
    }

    /** The result file, with the types that docs/result-format.md gives. */
    private record File(
            int formatVersion,
            String buildId,
            Outcome result,
            String digest,
            String configDigest,
            List<String> tags,
            List<Reference> pushed,
            String platform,
            String osVersion,
            List<BaseImage> baseImages,
            List<Layer> layers,
            List<Step> steps,
            Totals totals,
            List<Warning> warnings,
            Failure error) {

        WindowsImageRecord record(Origin origin) {
            if (formatVersion != 1) {
                throw new IllegalArgumentException("its format version is " + formatVersion + ", not 1");
            }
            if (result == Outcome.SUCCESS && digest == null) {
                throw new IllegalArgumentException("it claims success without a digest");
            }
            return new WindowsImageRecord(
                    buildId,
                    origin.kind(),
                    result,
                    origin.startMillis(),
                    origin.stage(),
                    origin.agent(),
                    digest,
                    configDigest,
                    tags,
                    pushed,
                    platform,
                    osVersion,
                    baseImages,
                    layers,
                    steps,
                    totals == null ? Totals.NONE : totals,
                    warnings,
                    error);
        }
    }
}
