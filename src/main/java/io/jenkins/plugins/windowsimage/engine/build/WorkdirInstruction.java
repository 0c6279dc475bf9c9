package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.files.FileNode;
import io.jenkins.plugins.windowsimage.engine.files.FileOwner;
import io.jenkins.plugins.windowsimage.engine.files.FileType;
import io.jenkins.plugins.windowsimage.engine.files.PlannedEntry;
import io.jenkins.plugins.windowsimage.engine.files.ResolvedPath;
import io.jenkins.plugins.windowsimage.engine.files.WindowsPath;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.layer.LayerTree;
import io.jenkins.plugins.windowsimage.engine.plan.Step;
import io.jenkins.plugins.windowsimage.engine.plan.StepInfo;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** WORKDIR: makes the directory. */
final class WorkdirInstruction implements LayerInstruction {
    private final Step.Workdir step;
    private final StageTools tools;

    WorkdirInstruction(Step.Workdir step, StageTools tools) {
        this.step = step;
        this.tools = tools;
    }

    @Override
    public StepInfo info() {
        return step.info();
    }

    @Override
    public void describe(CacheKeys key) {
        key.add("WORKDIR").add(step.directory()).add(step.owner());
    }

    @Override
    public LayerBlob carryOut(StageSnapshot below) throws IOException {
        LayerTree files = tools.layerTrees().of(below);
        String purpose = "cannot make the directory " + step.directory();
        String path = ResolvedPath.of(WindowsPath.parse(step.directory()).path(), files::find, purpose).path();
        Optional<FileNode> present = files.find(path);
        if (present.isPresent() && !present.get().isDirectory()) {
            throw new EngineException(ErrorKind.INVALID_INSTRUCTION, purpose + ": it is a file in the image");
        }
        // Where the directory is there already its own entry is named again, so that the layer changes nothing.
        String spelled = present.map(FileNode::path).orElse(path);
        FileNode directory = new FileNode(spelled, FileType.DIRECTORY, 0, tools.now(), null, null);
        PlannedEntry entry = new PlannedEntry(spelled, directory, null, owner());
        return tools.layerWriter().write(List.of(entry), files::directory);
    }

    /** The user of the image where it is one that can be looked up, else null for the usual owner. */
    private String owner() {
        if (step.owner() == null) {
            return null;
        }
        Optional<FileOwner> owner = FileOwner.find(step.owner());
        if (owner.isEmpty()) {
            tools.journal().warn("WorkdirOwnerUnknown", step.directory() + " does not become the property of the user " + step.owner()
                    + ", because only a running Windows knows that account", step.info().line());
        }
        return owner.map(FileOwner::sid).orElse(null);
    }
}
