package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.build.BuildResult;
import io.jenkins.plugins.windowsimage.engine.registry.RegistryOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.Rule;
import org.junit.Test;

/** Clocks that go backwards within a build and between builds. */
public class ClockTest {
    @Rule
    public final Sandbox sandbox = new Sandbox();

    /** Goes back an hour whenever somebody looks at it. */
    private static final class Backwards extends Clock {
        private Instant now;

        Backwards(Instant now) {
            this.now = now;
        }

        @Override
        public synchronized Instant instant() {
            now = now.minus(Duration.ofHours(1));
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private BuildResult build(Path context, Clock clock) throws IOException {
        BuildResult result = new EngineBuild(sandbox.root(), Sandbox.base(), RegistryOptions.builder().build(), clock)
                .run(context, "app", false, null);
        assertNull(String.valueOf(result.error()), result.error());
        return result;
    }

    @Test
    public void a_clock_that_goes_backwards_changes_no_image_and_gives_no_negative_times() throws IOException {
        Path context = sandbox.context("context", "FROM base\nCOPY a.txt C:/\n", "a.txt", "a");
        BuildResult first = build(context, new Backwards(Instant.now()));
        assertTrue(first.totals().toString(), first.totals().durationMillis() >= 0);
        BuildResult second = build(context, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
        assertEquals(first.digest(), second.digest());
        assertEquals(1, second.totals().cachedSteps());
        sandbox.ok("fsck");
    }

    @Test
    public void what_was_made_in_the_future_is_no_error_to_prune_and_no_reason_to_trust_old_digests() throws IOException {
        Path context = sandbox.context("context", "FROM base\nCOPY a.txt C:/\n", "a.txt", "before");
        Files.setLastModifiedTime(context.resolve("a.txt"), FileTime.from(Instant.now().plus(Duration.ofDays(400))));
        BuildResult first = build(context, Clock.offset(Clock.systemUTC(), Duration.ofDays(400)));
        sandbox.ok("prune", "--older-than", "1h");
        sandbox.ok("fsck");
        FileTime time = Files.getLastModifiedTime(context.resolve("a.txt"));
        sandbox.file("context/a.txt", "after!");
        Files.setLastModifiedTime(context.resolve("a.txt"), time);
        BuildResult second = build(context, Clock.systemUTC());
        assertTrue(!first.digest().equals(second.digest()));
        sandbox.ok("fsck");
    }
}
