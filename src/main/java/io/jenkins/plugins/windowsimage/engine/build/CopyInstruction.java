package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.files.Archives;
import io.jenkins.plugins.windowsimage.engine.files.CopyOptions;
import io.jenkins.plugins.windowsimage.engine.files.CopyPlan;
import io.jenkins.plugins.windowsimage.engine.files.CopyPlanner;
import io.jenkins.plugins.windowsimage.engine.files.Destination;
import io.jenkins.plugins.windowsimage.engine.files.FileTree;
import io.jenkins.plugins.windowsimage.engine.files.HeredocTree;
import io.jenkins.plugins.windowsimage.engine.files.RememberedTree;
import io.jenkins.plugins.windowsimage.engine.files.RemoteFile;
import io.jenkins.plugins.windowsimage.engine.files.WindowsPath;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.layer.LayerTree;
import io.jenkins.plugins.windowsimage.engine.plan.CopySource;
import io.jenkins.plugins.windowsimage.engine.plan.Step;
import io.jenkins.plugins.windowsimage.engine.plan.StepInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** COPY and ADD: files of a context, a stage, an image, an archive or an address become a layer. */
final class CopyInstruction implements LayerInstruction {
    private static final WindowsPath ROOT = WindowsPath.parse("C:\\");

    private final Step.Copy step;
    private final StageTools tools;
    private final CopyOptions flags;
    private final WindowsPath destination;
    private final Map<CopySource.Url, RemoteFile> downloads = new HashMap<>();
    private FileTree source;
    /** What the digest of the contents was computed of, and that digest; null before. */
    private CopyPlan digested;
    private Digest contents;
    /** What went into the layer; null before, and where it cannot be compared. */
    private CopyPlan written;

    CopyInstruction(Step.Copy step, StageTools tools) {
        this.step = step;
        this.tools = tools;
        this.flags = new CopyOptions(step.parents(), step.excludes(), OwnerFlag.sid(step.chown()));
        this.destination = WindowsPath.parse(step.destination());
        if (step.chmod() != null) {
            tools.journal()
                    .warn("ChmodIgnored", "--chmod=" + step.chmod() + " has no effect: files on Windows have no modes", step.info().line());
        }
    }

    @Override
    public StepInfo info() {
        return step.info();
    }

    /**
     * The files of stages and images are described by their layers, those of directories by their content. What the destination
     * holds need not be looked at: the layers below are part of the key.
     */
    @Override
    public void describe(CacheKeys key) throws IOException {
        key.add(step.add() ? "ADD" : "COPY").add(step.destination()).add(flags.parents()).add(flags.excludes()).add(flags.owner());
        key.add(step.unpack()).add(step.unpackDownloads());
        for (CopySource source : step.sources()) {
            key.add(source.text());
            if (source instanceof CopySource.Url url) {
                key.add(url.checksum());
            }
        }
        if (identity() != null) {
            key.add(identity());
        }
    }

    @Override
    public boolean hasContents() {
        return !step.sources().stream().allMatch(this::isKnown);
    }

    /**
     * Where they go is in the key; planned to the root, nothing that lower layers hold can be in their way. What was digested before
     * the layer was written stands for the layer too: its files were compared with it as they were read.
     */
    @Override
    public Digest contents() throws IOException {
        if (written == null || digested == null) {
            digest();
        }
        if (written != null) {
            digested.requireSameFilesAs(written);
        }
        return contents;
    }

    private void digest() throws IOException {
        try (CopyPlanner planner = new CopyPlanner(ROOT, flags, Destination.EMPTY)) {
            place(planner, source(), identity() == null ? Archives.NONE : opener());
            digested = planner.plan();
            contents = tools.contents().of(digested);
        }
    }

    private String identity() {
        return tools.sources().identity(step.origin());
    }

    /** Whether the key says everything about a source already, so that it need not be read. */
    private boolean isKnown(CopySource source) {
        if (source instanceof CopySource.Files) {
            return identity() != null;
        }
        return source instanceof CopySource.Url url && url.checksum() != null;
    }

    @Override
    public LayerBlob carryOut(StageSnapshot below) throws IOException {
        LayerTree image = tools.layerTrees().of(below);
        try (CopyPlanner planner = new CopyPlanner(destination, flags, image::find)) {
            place(planner, identity() == null ? tools.contents().noting(source()) : source(), opener());
            CopyPlan plan = planner.plan();
            for (String pattern : plan.unmatched()) {
                tools.journal().warn("NothingCopied", pattern + " matches nothing", step.info().line());
            }
            LayerBlob layer = tools.layerWriter().write(plan, image::directory);
            // Archives stand for themselves in the contents, and in the layer for what is in them.
            written = opener() == Archives.NONE && !step.unpackDownloads() ? plan : null;
            return layer;
        }
    }

    private Archives opener() {
        return step.add() && step.unpack() ? tools.archives() : Archives.NONE;
    }

    private void place(CopyPlanner planner, FileTree tree, Archives archives) throws IOException {
        for (CopySource source : step.sources()) {
            if (source instanceof CopySource.Files files) {
                String path = files.pattern() == null ? files.path() : files.path() + "/./" + files.pattern();
                planner.add(tree, path, archives);
            } else if (source instanceof CopySource.Document document) {
                byte[] content = document.content().getBytes(StandardCharsets.UTF_8);
                FileTree documents = new HeredocTree(Map.of(document.text(), content), tools.now());
                planner.copyFile(documents, documents.find(document.text()).orElseThrow());
            } else if (source instanceof CopySource.Url url) {
                RemoteFile file = download(url);
                if (step.unpackDownloads()) {
                    planner.add(file, file.file().path(), tools.archives());
                } else {
                    planner.copyFile(file, file.file());
                }
            }
        }
    }

    /** Downloads each file once, although the key and the layer both need it. */
    private RemoteFile download(CopySource.Url url) throws IOException {
        RemoteFile known = downloads.get(url);
        if (known == null) {
            String checksum = url.checksum() == null ? null : url.checksum().toString();
            known = tools.downloads().get().fetch(url.text(), url.fileName(), checksum);
            downloads.put(url, known);
        }
        return known;
    }

    @Override
    public void close() throws IOException {
        for (RemoteFile file : downloads.values()) {
            file.close();
        }
    }

    /** What is copied from, the same for the contents and the layer. */
    private FileTree source() throws IOException {
        if (source == null) {
            FileTree tree = tools.sources().open(step.origin());
            source = identity() == null ? new RememberedTree(tree) : tree;
        }
        return source;
    }
}
