package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import java.io.IOException;

/**
 * Sends HTTP requests: connections, TLS, proxies and timeouts, but neither redirects, authentication nor retries.
 * Thread-safe.
 */
interface HttpTransport {

    /**
     * Sends a request and waits for the head of the answer.
     *
     * @param cancellation ends the wait, and reading the answer's body, with an {@link IOException}
     * @throws java.net.http.HttpTimeoutException when the other side neither takes nor sends anything for too long
     */
    HttpReply send(HttpCall call, Cancellation cancellation) throws IOException;
}
