package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Puts one blob into one repository: an upload is opened with POST and the whole blob follows in one PUT, the way that
 * every registry understands. A mount that is not granted opens an upload, which is then used. For one thread.
 */
final class BlobUpload {
    private final RegistryHttp http;
    private final Purpose purpose;
    private final RepositoryName repository;
    private final Descriptor blob;
    /** Where the blob goes; null while no upload is open. */
    private URI session;

    BlobUpload(RegistryHttp http, Purpose purpose, RepositoryName repository, Descriptor blob) {
        this.http = http;
        this.purpose = purpose;
        this.repository = repository;
        this.blob = blob;
    }

    /**
     * Mounts the blob from another repository of the registry; false when that one does not have it or may not be read.
     */
    boolean mount(RepositoryName source) {
        URI address = http.address(repository.host(),
                repository.path() + "/blobs/uploads/?mount=" + blob.digest() + "&from=" + source.path());
        Scopes scopes = Scopes.push(repository).and(Scopes.pull(source));
        try (HttpReply reply = http.send(purpose, repository.host(), scopes, HttpCall.post(address))) {
            switch (reply.status()) {
                case 201 -> {
                    RegistryHttp.discard(reply);
                    return true;
                }
                case 202 -> {
                    RegistryHttp.discard(reply);
                    session = http.location(purpose, repository.host(), reply);
                    return false;
                }
                default -> {
                    if (reply.status() == 429 || reply.status() >= 500) {
                        throw http.refused(purpose, reply);
                    }
                    return false;
                }
            }
        } catch (IOException e) {
            throw http.broken(purpose, address, e);
        } catch (RegistryException e) {
            // Some token services give nothing at all to who asks for one repository too many.
            if (e.status() == 401 || e.status() == 403) {
                return false;
            }
            throw e;
        }
    }

    /** Uploads the blob. */
    void send(BlobSource content, LongConsumer sent) {
        URI target = session == null ? open() : session;
        session = null;
        URI address = URI.create(target + (target.getRawQuery() == null ? "?" : "&") + "digest="
                + blob.digest().toString().replace(":", "%3A"));
        HttpCall call = new HttpCall(
                "PUT", address, Map.of("Content-Type", "application/octet-stream"), content, sent);
        try (HttpReply reply = http.send(purpose, repository.host(), Scopes.push(repository), call)) {
            if (reply.status() == 404 || reply.status() == 416) {
                RegistryException lost = http.refused(purpose, reply);
                throw new RegistryException(lost.kind(), lost.getMessage(), null, null, reply.status(),
                        RegistryException.Retry.OFTEN, null);
            }
            http.requireStored(purpose, reply, blob.digest());
        } catch (IOException e) {
            throw http.broken(purpose, address, e);
        }
    }

    private URI open() {
        URI address = http.address(repository.host(), repository.path() + "/blobs/uploads/");
        try (HttpReply reply = http.send(
                purpose, repository.host(), Scopes.push(repository), HttpCall.post(address))) {
            if (reply.status() != 202) {
                throw http.refused(purpose, reply);
            }
            RegistryHttp.discard(reply);
            return http.location(purpose, repository.host(), reply);
        } catch (IOException e) {
            throw http.broken(purpose, address, e);
        }
    }
}
