package io.jenkins.plugins.windowsimage.engine;

import static org.junit.Assert.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Feeds hostile input to a part of the engine. Each input has a time limit and a limit for the memory it makes the reader
 * allocate; it must be taken, or refused in one of the ways that the part documents. An input that breaks a rule is kept as a
 * file.
 *
 * <p>Seed and effort are fixed, so that a test does the same each time. For a long run the system property {@code fuzz.seconds}
 * says how long each test goes on, with a seed of its own for each that is printed; {@code fuzz.seed} repeats one.
 */
public final class Fuzz {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long SEED = 20261124;

    private final String name;
    private final Class<? extends Exception>[] refusals;
    private long mostAllocated = 64L << 20;

    @SafeVarargs
    private Fuzz(String name, Class<? extends Exception>... refusals) {
        this.name = name;
        this.refusals = refusals;
    }

    /**
     * @param name of what is fed, for messages and file names
     * @param refusals what may be thrown, besides which nothing may be
     */
    @SafeVarargs
    public static Fuzz of(String name, Class<? extends Exception>... refusals) {
        return new Fuzz(name, refusals);
    }

    /** @param bytes that one input may make the reading thread allocate */
    public Fuzz allocating(long bytes) {
        mostAllocated = bytes;
        return this;
    }

    /** Makes one input. */
    @FunctionalInterface
    public interface Source {
        byte[] next(Random random) throws Exception;
    }

    /** Takes one input. */
    @FunctionalInterface
    public interface Target {
        void take(byte[] input) throws Exception;
    }

    /** Mutations of these valid inputs; a dictionary of pieces helps to get past the first checks. */
    public static Source mutationsOf(List<byte[]> seeds, String... dictionary) {
        return random -> {
            byte[] input = seeds.get(random.nextInt(seeds.size())).clone();
            for (int left = 1 + random.nextInt(5); left > 0; left--) {
                input = mutated(input, seeds, dictionary, random);
            }
            return input;
        };
    }

    private static byte[] mutated(byte[] input, List<byte[]> seeds, String[] dictionary, Random random) {
        int at = input.length == 0 ? 0 : random.nextInt(input.length);
        int length = Math.min(input.length - at, 1 << random.nextInt(10));
        return switch (random.nextInt(9)) {
            case 0 -> replaced(input, at, Math.min(1, length), new byte[] {(byte) random.nextInt(256)});
            case 1 -> replaced(input, at, length, new byte[0]);
            case 2 -> replaced(input, at, 0, Arrays.copyOfRange(input, at, at + length));
            case 3 -> Arrays.copyOf(input, at);
            case 4 -> {
                byte[] number = new byte[4];
                Arrays.fill(number, (byte) (random.nextBoolean() ? 0xFF : 0));
                number[random.nextInt(4)] = (byte) (random.nextBoolean() ? 0x7F : 0x80);
                yield replaced(input, at, Math.min(4, length), number);
            }
            case 5 -> {
                byte[] other = seeds.get(random.nextInt(seeds.size()));
                int from = other.length == 0 ? 0 : random.nextInt(other.length);
                yield replaced(input, at, length, Arrays.copyOfRange(other, from, Math.min(other.length, from + 64)));
            }
            case 6 -> replaced(input, at, length > 3 ? 1 : 0,
                    List.of("9223372036854775807", "-1", "null", "{", "[", "\"", "1e999", "\0").get(random.nextInt(8))
                            .getBytes(StandardCharsets.UTF_8));
            case 7 -> {
                byte[] noise = new byte[random.nextInt(32)];
                random.nextBytes(noise);
                yield replaced(input, at, Math.min(noise.length, length), noise);
            }
            default -> dictionary.length == 0 ? input : replaced(
                    input, at, 0, dictionary[random.nextInt(dictionary.length)].getBytes(StandardCharsets.UTF_8));
        };
    }

    private static byte[] replaced(byte[] input, int at, int length, byte[] by) {
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        result.write(input, 0, at);
        result.writeBytes(by);
        result.write(input, at + length, input.length - at - length);
        return result.toByteArray();
    }

    /** Feeds this many inputs, or as many as there is time for in a long run. */
    public void run(int rounds, Source source, Target target) throws Exception {
        long seconds = Long.getLong("fuzz.seconds", 0);
        long seed = Long.getLong("fuzz.seed", seconds > 0 ? System.nanoTime() : SEED);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        Random random = new Random(seed);
        int taken = 0;
        int round = 0;
        AtomicReference<Thread> reader = new AtomicReference<>();
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "fuzz " + name);
            made.setDaemon(true);
            reader.set(made);
            return made;
        });
        try {
            for (; seconds > 0 ? System.nanoTime() < end : round < rounds; round++) {
                byte[] input = source.next(random);
                try {
                    thread.submit(() -> feed(input, target)).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                    taken++;
                } catch (TimeoutException e) {
                    throw broken(seed, round, input, "takes more than " + LIMIT + "\n\tat "
                            + Arrays.toString(reader.get().getStackTrace()).replace(", ", "\n\tat "), null);
                } catch (ExecutionException e) {
                    if (Arrays.stream(refusals).noneMatch(refusal -> refusal.isInstance(e.getCause()))) {
                        throw broken(seed, round, input, "ends in " + e.getCause(), e.getCause());
                    }
                }
            }
        } finally {
            thread.shutdownNow();
        }
        if (seconds > 0) {
            System.out.println(name + ": " + round + " inputs, " + taken + " taken, seed " + seed);
        }
        assertTrue(name + ": none of " + round + " inputs was taken", taken > 0);
        assertTrue(name + ": none of " + round + " inputs was refused", taken < round);
    }

    private Void feed(byte[] input, Target target) throws Exception {
        com.sun.management.ThreadMXBean memory = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = memory.getCurrentThreadAllocatedBytes();
        try {
            target.take(input);
        } finally {
            long allocated = memory.getCurrentThreadAllocatedBytes() - before;
            if (allocated > mostAllocated) {
                throw new AssertionError("it made the reader allocate " + allocated + " bytes");
            }
        }
        return null;
    }

    private AssertionError broken(long seed, int round, byte[] input, String what, Throwable cause) throws IOException {
        Path file = Files.createTempFile("fuzz-" + name.replace(' ', '-') + "-", ".input");
        Files.write(file, input);
        String start = HexFormat.of().formatHex(input, 0, Math.min(64, input.length));
        return new AssertionError(
                name + ": input " + round + " of seed " + seed + " (" + input.length + " bytes, " + start + "..., kept as " + file
                        + ") " + what,
                cause);
    }
}
