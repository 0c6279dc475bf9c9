package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.dockerfile.Instruction;
import io.jenkins.plugins.windowsimage.engine.dockerfile.ProblemList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds stages that copy from each other in a circle. */
final class CircularDependency {
    private final List<StageNode> nodes;
    private final OriginResolver origins;
    private final Set<Integer> visited = new HashSet<>();
    private final Set<Integer> path = new HashSet<>();

    private CircularDependency(List<StageNode> nodes, OriginResolver origins) {
        this.nodes = nodes;
        this.origins = origins;
    }

    static void check(List<StageNode> nodes, OriginResolver origins, ProblemList problems) {
        CircularDependency search = new CircularDependency(nodes, origins);
        for (StageNode node : nodes) {
            Instruction first = search.visit(node.stage().index());
            if (first != null) {
                problems.add(
                        first.source(),
                        "circular dependency detected on stage: " + node.stage().displayName());
                return;
            }
        }
    }

    /** The instruction of this stage that leads into a circle; null when none does. */
    private Instruction visit(int index) {
        if (!visited.add(index)) {
            return null;
        }
        path.add(index);
        if (nodes.get(index).replacement() == null) {
            for (Instruction instruction : nodes.get(index).stage().instructions()) {
                for (int next : OriginResolver.stagesIn(origins.originsOf(instruction))) {
                    if (path.contains(next) || visit(next) != null) {
                        return instruction;
                    }
                }
            }
        }
        path.remove(index);
        return null;
    }
}
