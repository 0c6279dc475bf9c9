package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.time.Duration;

/**
 * A registry refused, was silent, or sent something wrong. Neither message nor hint ever holds a secret or a URL's
 * query.
 */
public final class RegistryException extends EngineException {
    private static final long serialVersionUID = 1L;
    private static final int NOT_FOUND = 404;

    /** Whether trying the same again can help. */
    enum Retry {
        /** The answer will stay the same. */
        NEVER,
        /** Costly to repeat and seldom better: a registry that hangs, content with a wrong digest. */
        ONCE,
        /** Passing trouble: overload, a restart, a broken connection. */
        OFTEN
    }

    private final int status;
    private final Retry retry;
    private final Duration retryAfter;

    RegistryException(
            ErrorKind kind,
            String message,
            String hint,
            Throwable cause,
            int status,
            Retry retry,
            Duration retryAfter) {
        super(kind, message, hint, cause);
        this.status = status;
        this.retry = retry;
        this.retryAfter = retryAfter;
    }

    /** A failure that no answer of the registry stands for. */
    static RegistryException of(ErrorKind kind, String message, String hint, Throwable cause, Retry retry) {
        return new RegistryException(kind, message, hint, cause, 0, retry, null);
    }

    /** Content or an answer that breaks the protocol; trying again does not mend it. */
    static RegistryException invalid(ErrorKind kind, String message, Throwable cause) {
        return of(kind, message, null, cause, Retry.NEVER);
    }

    /** HTTP status of the answer; 0 when there was none. */
    public int status() {
        return status;
    }

    /** Whether the registry says that what was asked for is not there. */
    public boolean isNotFound() {
        return status == NOT_FOUND;
    }

    Retry retry() {
        return retry;
    }

    /** How long the registry asks to wait; null when it does not say. */
    Duration retryAfter() {
        return retryAfter;
    }
}
