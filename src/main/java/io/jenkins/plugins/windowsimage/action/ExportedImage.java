package io.jenkins.plugins.windowsimage.action;

import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Layer;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Reference;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Step;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * One image as the remote API tells it (docs/rest-api.md). The facts come with the default depth; layers,
 * instructions, warnings and output only with {@code depth=1}.
 */
@Restricted(NoExternalUse.class)
@ExportedBean(defaultVisibility = 2)
public final class ExportedImage {
    private final WindowsImageRecord record;

    ExportedImage(WindowsImageRecord record) {
        this.record = record;
    }

    @Exported
    public String getBuildId() {
        return record.buildId();
    }

    /** {@code build}, {@code push}, {@code tag} or {@code index}. */
    @Exported
    public String getKind() {
        return record.kind().name().toLowerCase(Locale.ROOT);
    }

    /** {@code success}, {@code failure} or {@code cancelled}. */
    @Exported
    public String getResult() {
        return record.result().name().toLowerCase(Locale.ROOT);
    }

    /** RFC 3339. */
    @Exported
    public String getStartTime() {
        return Instant.ofEpochMilli(record.startMillis()).toString();
    }

    @Exported
    public long getDurationMillis() {
        return record.totals().durationMillis();
    }

    @Exported
    public String getStage() {
        return record.stage();
    }

    @Exported
    public String getAgent() {
        return record.agent();
    }

    @Exported
    public String getDigest() {
        return record.digest();
    }

    @Exported
    public String getImageId() {
        return record.configDigest();
    }

    @Exported
    public List<String> getTags() {
        return record.tags();
    }

    /** {@code name@sha256:...} of each name that was pushed. */
    @Exported
    public List<String> getReferences() {
        return record.pushed().stream().map(Reference::pinned).distinct().toList();
    }

    @Exported
    public boolean isPushed() {
        return !record.pushed().isEmpty();
    }

    @Exported
    public String getOsVersion() {
        return record.osVersion();
    }

    @Exported
    public String getArchitecture() {
        return record.platform() == null || record.platform().indexOf('/') < 0
                ? null
                : record.platform().substring(record.platform().indexOf('/') + 1);
    }

    @Exported
    public String getBaseImage() {
        return record.base() == null ? null : record.base().reference();
    }

    @Exported
    public String getBaseDigest() {
        return record.base() == null ? null : record.base().digest();
    }

    /** Of all layers, compressed, in bytes. */
    @Exported
    public long getSize() {
        return record.totals().size();
    }

    @Exported
    public int getLayerCount() {
        return record.totals().layers();
    }

    @Exported
    public int getInstructionCount() {
        return record.totals().steps();
    }

    @Exported
    public int getCachedInstructions() {
        return record.totals().cachedSteps();
    }

    /** One sentence; null unless it failed. */
    @Exported
    public String getError() {
        return record.error() == null ? null : record.error().message();
    }

    @Exported
    public Integer getErrorLine() {
        return record.error() == null ? null : record.error().line();
    }

    @Exported(visibility = 1)
    public List<String> getErrorOutput() {
        return record.error() == null ? List.of() : record.error().output();
    }

    @Exported(visibility = 1)
    public List<String> getWarnings() {
        return record.warnings().stream()
                .map(WindowsImageRecord.Warning::message)
                .toList();
    }

    @Exported(visibility = 1)
    public List<ExportedLayer> getLayers() {
        return record.layers().stream().map(ExportedLayer::new).toList();
    }

    @Exported(visibility = 1)
    public List<ExportedInstruction> getInstructions() {
        return record.steps().stream().map(ExportedInstruction::new).toList();
    }

    /** See {@link Layer}. */
    @Restricted(NoExternalUse.class)
    @ExportedBean(defaultVisibility = 3)
    public static final class ExportedLayer {
        private final Layer layer;

        ExportedLayer(Layer layer) {
            this.layer = layer;
        }

        @Exported
        public String getDigest() {
            return layer.digest();
        }

        @Exported
        public String getDiffId() {
            return layer.diffId();
        }

        @Exported
        public long getSize() {
            return layer.size();
        }

        @Exported
        public long getUncompressedSize() {
            return layer.uncompressedSize();
        }

        @Exported
        public String getCreatedBy() {
            return layer.createdBy();
        }

        @Exported
        public boolean isCached() {
            return layer.cached();
        }

        @Exported
        public boolean isBase() {
            return layer.base();
        }
    }

    /** See {@link Step}. */
    @Restricted(NoExternalUse.class)
    @ExportedBean(defaultVisibility = 3)
    public static final class ExportedInstruction {
        private final Step step;

        ExportedInstruction(Step step) {
            this.step = step;
        }

        @Exported
        public String getStage() {
            return step.stage();
        }

        @Exported
        public int getLine() {
            return step.line();
        }

        @Exported
        public String getText() {
            return step.text();
        }

        @Exported
        public String getStartTime() {
            return step.start();
        }

        @Exported
        public long getDurationMillis() {
            return step.durationMillis();
        }

        @Exported
        public boolean isCached() {
            return step.cached();
        }

        @Exported
        public Integer getExitCode() {
            return step.exitCode();
        }
    }
}
