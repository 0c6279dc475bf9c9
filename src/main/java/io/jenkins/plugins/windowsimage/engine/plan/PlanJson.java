package io.jenkins.plugins.windowsimage.engine.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Directive;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Dockerfile;
import io.jenkins.plugins.windowsimage.engine.dockerfile.DockerfileException;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Instruction;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Mount;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Source;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Warning;
import java.util.ArrayList;
import java.util.List;

/** Puts a plan, or why there is none, into the form of {@code plan --format json}. Thread-safe. */
public final class PlanJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private PlanJson() {}

    /** The document of a plan; its failure is in the document. */
    public static PlanDocument of(BuildPlan plan) {
        Dockerfile dockerfile = plan.graph().dockerfile();
        List<PlanDocument.Stage> stages = new ArrayList<>();
        for (StageNode node : plan.graph().nodes()) {
            PlannedStage planned = plan.stages().stream()
                    .filter(stage -> stage.index() == node.stage().index())
                    .findFirst()
                    .orElse(null);
            stages.add(planned == null ? unneeded(plan.graph(), node) : stage(planned));
        }
        return new PlanDocument(
                String.valueOf(dockerfile.escape()),
                dockerfile.syntax(),
                stages,
                plan.image(),
                warnings(plan.warnings()),
                plan.failure() == null ? null : failure(plan.failure()));
    }

    /** The document for a Dockerfile whose stages cannot be told. */
    public static PlanDocument of(Dockerfile dockerfile, EngineException failure) {
        return new PlanDocument(
                String.valueOf(dockerfile.escape()),
                dockerfile.syntax(),
                List.of(),
                null,
                warnings(dockerfile.warnings()),
                failure(failure));
    }

    /** The document for a file that cannot be read. */
    public static PlanDocument of(EngineException failure) {
        return new PlanDocument(null, null, List.of(), null, List.of(), failure(failure));
    }

    /** The document for a text that is no valid Dockerfile, except perhaps for its directives. */
    public static PlanDocument of(String text, EngineException failure) {
        String escape = "\\";
        String syntax = null;
        for (Directive directive : Dockerfile.directives(text)) {
            switch (directive.name()) {
                case "escape" -> escape = directive.value();
                case "syntax" -> syntax = directive.value();
                default -> { }
            }
        }
        return new PlanDocument(escape, syntax, List.of(), null, List.of(), failure(failure));
    }

    /** The document as indented JSON. */
    public static String write(PlanDocument document) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write the plan as JSON", e);
        }
    }

    private static PlanDocument.Failure failure(EngineException failure) {
        if (failure instanceof DockerfileException dockerfile) {
            Integer line = dockerfile.line() == 0 ? null : dockerfile.line();
            return new PlanDocument.Failure(failure.kind().id(), dockerfile.summary(), line);
        }
        return new PlanDocument.Failure(failure.kind().id(), failure.getMessage(), null);
    }

    private static List<PlanDocument.Warning> warnings(List<Warning> warnings) {
        return warnings.stream()
                .map(warning -> new PlanDocument.Warning(warning.rule().id(), warning.message(), warning.line()))
                .toList();
    }

    private static String nullIfEmpty(String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static <T> List<T> nullIfEmpty(List<T> list) {
        return list.isEmpty() ? null : list;
    }

    private static Boolean nullIfFalse(boolean value) {
        return value ? Boolean.TRUE : null;
    }

    private static PlanDocument.Stage unneeded(StageGraph graph, StageNode node) {
        List<PlanDocument.Step> steps = new ArrayList<>();
        for (Instruction instruction : node.stage().instructions()) {
            Source source = instruction.source();
            steps.add(new PlanDocument.Text(new PlanDocument.Head(
                    source.line(), source.endLine(), instruction.name(), source.text(), null, null, null, null)));
        }
        return new PlanDocument.Stage(
                nullIfEmpty(node.stage().name()),
                node.base().toString(),
                graph.platformOf(node).toString(),
                false,
                steps);
    }

    private static PlanDocument.Stage stage(PlannedStage stage) {
        return new PlanDocument.Stage(
                nullIfEmpty(stage.name()),
                stage.base().toString(),
                stage.platform().toString(),
                true,
                stage.steps().stream().map(PlanJson::step).toList());
    }

    private static PlanDocument.Step step(Step step) {
        StepInfo info = step.info();
        PlanDocument.Head head = new PlanDocument.Head(
                info.line(),
                info.endLine(),
                info.instruction(),
                info.text(),
                info.displayName(),
                nullIfFalse(info.trigger()),
                info.layer(),
                info.createdBy());
        if (step instanceof Step.Run run) {
            return run(head, run);
        } else if (step instanceof Step.Copy copy) {
            return copy(head, copy);
        } else if (step instanceof Step.Workdir workdir) {
            return new PlanDocument.Workdir(head, workdir.directory(), workdir.owner());
        }
        return new PlanDocument.Metadata(head, ((Step.Metadata) step).settings());
    }

    private static PlanDocument.Step run(PlanDocument.Head head, Step.Run run) {
        return new PlanDocument.Run(
                head,
                run.args(),
                run.commandLine(),
                run.environment(),
                run.workingDirectory(),
                run.user(),
                run.shell(),
                nullIfEmpty(run.mounts().stream().map(PlanJson::mount).toList()),
                run.network().equals("default") ? null : run.network(),
                run.security().equals("sandbox") ? null : run.security(),
                nullIfEmpty(run.devices()));
    }

    private static PlanDocument.Mount mount(PlannedMount mount) {
        boolean hasId = mount.mount().type() != Mount.Type.BIND && mount.mount().type() != Mount.Type.TMPFS;
        return new PlanDocument.Mount(
                mount.mount().type().id(),
                nullIfEmpty(mount.mount().from()),
                nullIfEmpty(mount.mount().source()),
                mount.target(),
                hasId ? mount.id() : null,
                nullIfEmpty(mount.mount().sharing()),
                mount.mount().readOnly(),
                nullIfFalse(mount.mount().required()),
                mount.mount().env());
    }

    private static PlanDocument.Step copy(PlanDocument.Head head, Step.Copy copy) {
        List<String> sources = new ArrayList<>();
        List<PlanDocument.Document> documents = new ArrayList<>();
        String checksum = null;
        for (CopySource source : copy.sources()) {
            if (source instanceof CopySource.Document document) {
                documents.add(new PlanDocument.Document(document.text(), document.content()));
            } else {
                sources.add(source.text());
            }
            if (source instanceof CopySource.Url url && url.checksum() != null) {
                checksum = url.checksum().toString();
            }
        }
        boolean usual = copy.unpack() == copy.add() && !copy.unpackDownloads();
        return new PlanDocument.Copy(
                head,
                nullIfEmpty(copy.from()),
                copy.origin() instanceof FileOrigin.Stage stage ? stage.index() : null,
                sources,
                nullIfEmpty(documents),
                copy.destination(),
                copy.chown(),
                copy.chmod(),
                nullIfEmpty(copy.excludes()),
                nullIfFalse(copy.parents()),
                nullIfFalse(copy.link()),
                checksum,
                usual ? null : copy.unpack());
    }
}
