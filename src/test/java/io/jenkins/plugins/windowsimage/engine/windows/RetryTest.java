package io.jenkins.plugins.windowsimage.engine.windows;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import java.io.IOException;
import org.junit.Test;

/** What passes is tried again, a bounded number of times. */
public class RetryTest {
    private static final int SHARING = WinError.hresult(WinError.ERROR_SHARING_VIOLATION);

    private final Cancellation cancellation = new Cancellation();
    private int attempts;

    private String failUntil(int success, int code) {
        attempts++;
        if (attempts < success) {
            throw new WindowsException(ErrorKind.LAYER_CREATE, "mounting", "PrepareLayer", code, null);
        }
        return "done";
    }

    @Test
    public void what_passes_is_tried_again() throws IOException {
        assertEquals("done", new Retry(3, 1).call(cancellation, () -> failUntil(3, SHARING)));
        assertEquals(3, attempts);
    }

    @Test
    public void what_does_not_pass_is_not() {
        assertThrows(WindowsException.class,
                () -> new Retry(3, 1).call(cancellation, () -> failUntil(3, 0x80070057)));
        assertEquals(1, attempts);
    }

    @Test
    public void after_the_last_attempt_the_failure_is_thrown() {
        assertThrows(WindowsException.class, () -> new Retry(3, 1).call(cancellation, () -> failUntil(9, SHARING)));
        assertEquals(3, attempts);
    }

    @Test
    public void a_cancellation_ends_the_pause() {
        EngineException e = assertThrows(EngineException.class, () -> new Retry(2, 3_600_000).call(cancellation, () -> {
            cancellation.request();
            return failUntil(2, SHARING);
        }));
        assertEquals(ErrorKind.CANCELLED, e.kind());
        assertEquals(1, attempts);
    }
}
