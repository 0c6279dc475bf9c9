package io.jenkins.plugins.windowsimage.engine.layer.backup;

import io.jenkins.plugins.windowsimage.engine.layer.LayerTimes;
import java.time.Instant;

/**
 * Times and attributes of a file as FILE_BASIC_INFO holds them: times in units of 100 ns since the year 1601. In all of
 * them 0 stands for what is not known, and leaves unchanged what a file has.
 */
public record BasicInfo(long created, long accessed, long modified, long changed, int attributes) {
    private static final long TICKS_PER_SECOND = 10_000_000;
    private static final int NANOS_PER_TICK = 100;
    private static final long SECONDS_FROM_1601_TO_1970 = 11_644_473_600L;

    /** Times and attributes of a layer entry. */
    public static BasicInfo of(LayerTimes times, int attributes) {
        return new BasicInfo(ticks(times.created()), ticks(times.accessed()), ticks(times.modified()),
                ticks(times.changed()), attributes);
    }

    /** The times. */
    public LayerTimes times() {
        return new LayerTimes(instant(modified), instant(accessed), instant(changed), instant(created));
    }

    /** This with other attributes. */
    public BasicInfo withAttributes(int other) {
        return new BasicInfo(created, accessed, modified, changed, other);
    }

    /** Ticks of an instant; 0 for null and for what NTFS has no number for. */
    static long ticks(Instant instant) {
        if (instant == null) {
            return 0;
        }
        try {
            long seconds = Math.addExact(instant.getEpochSecond(), SECONDS_FROM_1601_TO_1970);
            long ticks = Math.addExact(Math.multiplyExact(seconds, TICKS_PER_SECOND),
                    instant.getNano() / NANOS_PER_TICK);
            return Math.max(0, ticks);
        } catch (ArithmeticException e) {
            return 0;
        }
    }

    /** The instant of a number of ticks; null for 0 and less. */
    static Instant instant(long ticks) {
        if (ticks <= 0) {
            return null;
        }
        return Instant.ofEpochSecond(ticks / TICKS_PER_SECOND - SECONDS_FROM_1601_TO_1970,
                ticks % TICKS_PER_SECOND * NANOS_PER_TICK);
    }
}
