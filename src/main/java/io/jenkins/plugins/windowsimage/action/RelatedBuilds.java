package io.jenkins.plugins.windowsimage.action;

import hudson.model.Fingerprint;
import hudson.model.Job;
import hudson.model.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jenkins.model.Jenkins;

/** The builds that have to do with an image, read from its fingerprint. */
final class RelatedBuilds {
    private static final int MAXIMUM_PER_JOB = 5;
    private static final int MAXIMUM = 50;

    private RelatedBuilds() {}

    /**
     * At most 50 builds, the newest of each job first, without this one and without those that the reader may not
     * see.
     */
    static List<Run<?, ?>> of(Fingerprint fingerprint, Run<?, ?> self) {
        List<Run<?, ?>> builds = new ArrayList<>();
        for (Map.Entry<String, Fingerprint.RangeSet> usage :
                new TreeMap<>(fingerprint.getUsages()).entrySet()) {
            if (Jenkins.get().getItemByFullName(usage.getKey()) instanceof Job<?, ?> job) {
                addNewest(builds, job, usage.getValue(), self);
            }
            if (builds.size() >= MAXIMUM) {
                return builds.subList(0, MAXIMUM);
            }
        }
        return builds;
    }

    private static void addNewest(List<Run<?, ?>> builds, Job<?, ?> job, Fingerprint.RangeSet numbers, Run<?, ?> self) {
        int found = 0;
        for (int number : numbers.listNumbersReverse()) {
            Run<?, ?> build = job.getBuildByNumber(number);
            if (build != null && !build.equals(self)) {
                builds.add(build);
                if (++found == MAXIMUM_PER_JOB) {
                    return;
                }
            }
        }
    }
}
