package io.jenkins.plugins.windowsimage.engine.windows.machine;

/**
 * One thing that was looked at.
 *
 * @param name short, such as {@code service vmcompute}
 * @param status whether containers can be run as far as this goes
 * @param reason what was found, as a phrase
 * @param remedy what to do; null when nothing is to be done
 */
public record Probe(String name, Status status, String reason, String remedy) {

    /** How it stands. */
    public enum Status {
        OK,
        /** Builds work, but slower or not in every way. */
        WARN,
        /** RUN does not work. */
        FAIL
    }

    static Probe ok(String name, String reason) {
        return new Probe(name, Status.OK, reason, null);
    }

    static Probe warn(String name, String reason, String remedy) {
        return new Probe(name, Status.WARN, reason, remedy);
    }

    static Probe fail(String name, String reason, String remedy) {
        return new Probe(name, Status.FAIL, reason, remedy);
    }
}
