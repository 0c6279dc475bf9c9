package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * One run of the command line within the tests' own process.
 *
 * @param code exit code
 * @param out standard output
 * @param err standard error
 */
record CommandLineRun(int code, String out, String err) {

    static CommandLineRun of(Object... arguments) {
        return on(new ThisMachine(), arguments);
    }

    static synchronized CommandLineRun on(Machine machine, Object... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
            int code = Main.run(machine, Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new));
            return new CommandLineRun(
                    code, printed.toString(StandardCharsets.UTF_8), complained.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    /** A run that must succeed. */
    static CommandLineRun ok(Object... arguments) {
        CommandLineRun run = of(arguments);
        if (run.code != 0) {
            throw new AssertionError("exit code " + run.code + " of " + Arrays.toString(arguments) + "\n" + run.out + run.err);
        }
        return run;
    }

    /** A run with something on standard input. */
    static synchronized CommandLineRun withInput(byte[] input, Object... arguments) {
        InputStream in = System.in;
        try {
            System.setIn(new ByteArrayInputStream(input));
            return of(arguments);
        } finally {
            System.setIn(in);
        }
    }

    /** Demands this exit code and a single error that contains all the given pieces. */
    CommandLineRun fails(int expected, String... pieces) {
        assertEquals(out + err, expected, code);
        assertEquals(err, 1, err.lines().filter(line -> line.startsWith("ERROR: ")).count());
        for (String piece : pieces) {
            assertTrue(err + " should name " + piece, err.contains(piece));
        }
        assertFalse(err, err.matches("(?s).*[a-z]\\.[A-Z]\\w+(Exception|Error)\\b.*") || err.contains("\tat "));
        return this;
    }

    List<String> lines() {
        return out.lines().toList();
    }
}
