package io.jenkins.plugins.windowsimage.action;

import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.BaseImage;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Failure;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Kind;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Layer;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Outcome;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Reference;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Step;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Totals;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord.Warning;
import java.util.List;
import java.util.stream.IntStream;

/** Records as builds leave them behind. */
final class SampleRecords {
    static final String BASE = "mcr.microsoft.com/windows/nanoserver:ltsc2022";
    static final String NAME = "registry.example.com/team/app:1";

    private SampleRecords() {}

    /** A digest of one repeated digit. */
    static String digest(char digit) {
        return "sha256:" + String.valueOf(digit).repeat(64);
    }

    /** A pushed image of two base layers and two own layers, one of them from the cache. */
    static WindowsImageRecord built(String buildId, String name, String digest) {
        return built(buildId, name, digest, 120_000_000, 1);
    }

    static WindowsImageRecord built(String buildId, String name, String digest, long size, int cachedSteps) {
        return new WindowsImageRecord(
                buildId,
                Kind.BUILD,
                Outcome.SUCCESS,
                1_790_000_000_000L,
                "Image",
                "win-1",
                digest,
                digest('c'),
                List.of(name),
                List.of(new Reference(name, digest)),
                "windows/amd64",
                "10.0.20348.2227",
                List.of(new BaseImage(BASE, digest('b'), "10.0.20348.2227")),
                List.of(
                        new Layer(digest('1'), digest('2'), null, 100_000_000, -1, null, false, true),
                        new Layer(digest('3'), digest('4'), null, 5_000_000, -1, null, false, true),
                        new Layer(
                                digest('5'), digest('6'), null, 14_000_000, 40_000_000, "COPY app C:\\app", false, false),
                        new Layer(digest('7'), digest('8'), null, 1_000_000, 2_000_000, "RUN setx X 1", true, false)),
                List.of(
                        new Step(
                                "final", 3, "COPY app C:\\app", "2026-09-21T14:13:21.000Z", 4_000, false, null, digest('5')),
                        new Step("final", 4, "RUN setx X 1", "2026-09-21T14:13:25.000Z", 6_000, false, 0, digest('7')),
                        new Step("final", 5, "ENTRYPOINT [\"app\"]", "2026-09-21T14:13:31.000Z", 0, true, null, null)),
                new Totals(4, size, 3, cachedSteps, 10_000, 14_000_000),
                List.of(new Warning("LegacyKeyValueFormat", "Write ENV with an equals sign.", 2)),
                null);
    }

    /** A build that failed in line 4 after 30 lines of output. */
    static WindowsImageRecord failed(String buildId, String name) {
        return new WindowsImageRecord(
                buildId,
                Kind.BUILD,
                Outcome.FAILURE,
                1_790_000_000_000L,
                null,
                "",
                null,
                null,
                List.of(name),
                List.of(),
                "windows/amd64",
                null,
                List.of(new BaseImage(BASE, digest('b'), "10.0.20348.2227")),
                List.of(),
                List.of(new Step("final", 4, "RUN exit 3", "2026-09-21T14:13:25.000Z", 1_500, false, 3, null)),
                new Totals(0, 0, 1, 0, 2_000, 0),
                List.of(),
                new Failure(
                        "run-step-failed",
                        "The command ended with exit code 3.",
                        4,
                        "Look at its last lines.",
                        3,
                        IntStream.rangeClosed(1, 30).mapToObj(i -> "output line " + i).toList()));
    }

    /** The same image under another name, pushed by a step of its own. */
    static WindowsImageRecord pushed(String buildId, String name, String digest) {
        return new WindowsImageRecord(
                buildId,
                Kind.PUSH,
                Outcome.SUCCESS,
                1_790_000_100_000L,
                "Publish",
                "win-2",
                digest,
                digest('c'),
                List.of(),
                List.of(new Reference(name, digest)),
                "windows/amd64",
                "10.0.20348.2227",
                List.of(),
                List.of(),
                List.of(),
                new Totals(4, 120_000_000, 0, 0, 3_000, 42_000_000),
                List.of(),
                null);
    }

    /** A build whose every text tries to become markup. */
    static WindowsImageRecord hostile(String buildId) {
        String attack = "\"'><script>document.title='owned'</script>"
                + "<img src=x onerror=document.title='owned'>${7*7}%{x}";
        return new WindowsImageRecord(
                buildId,
                Kind.BUILD,
                Outcome.FAILURE,
                0,
                attack,
                attack,
                digest('d'),
                digest('c'),
                List.of(),
                List.of(),
                null,
                null,
                List.of(new BaseImage(attack, digest('b'), null)),
                List.of(new Layer(digest('1'), null, attack, 1, 1, attack, true, false)),
                List.of(new Step(attack, 1, attack, "2026-99-99T99:99:99Z", Long.MAX_VALUE, false, null, null)),
                new Totals(Integer.MAX_VALUE, Long.MAX_VALUE, 1, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE),
                List.of(new Warning(attack, attack, Integer.MAX_VALUE)),
                new Failure("internal", attack, 1, attack, 1, List.of(attack)));
    }
}
