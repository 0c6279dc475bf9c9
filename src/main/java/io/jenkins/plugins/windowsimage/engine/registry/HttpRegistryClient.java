package io.jenkins.plugins.windowsimage.engine.registry;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageIndex;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@link RegistryClient} over HTTP. Connections are kept while the client lives; one client serves one build or
 * command.
 */
public final class HttpRegistryClient implements RegistryClient {
    private static final String MANIFEST_TYPES = String.join(", ",
            MediaTypes.OCI_INDEX, MediaTypes.OCI_MANIFEST, MediaTypes.DOCKER_LIST, MediaTypes.DOCKER_MANIFEST);
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,18})-.*");
    private static final Pattern NEXT_PAGE = Pattern.compile("<([^>]+)>\\s*;.*\\brel=\"?next\"?.*");
    private static final int MAXIMUM_PAGES = 1000;

    private final RegistryOptions options;
    private final Cancellation cancellation;
    private final RegistryHttp http;

    /**
     * @param cancellation ends whatever this client is doing
     */
    public HttpRegistryClient(RegistryOptions options, Cancellation cancellation) {
        this(options, cancellation, new JdkHttpTransport(options));
    }

    HttpRegistryClient(RegistryOptions options, Cancellation cancellation, HttpTransport transport) {
        this.options = options;
        this.cancellation = cancellation;
        http = new RegistryHttp(transport, options, cancellation);
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record TagList(@JsonProperty("tags") List<String> tags) {}

    private <T> T retrying(Supplier<T> work) {
        return options.retry().call(cancellation, work);
    }

    @Override
    public void ping(String host) {
        Purpose purpose = new Purpose(ErrorKind.REGISTRY_ERROR, "reach the registry " + host, host);
        retrying(() -> {
            try (HttpReply reply = http.send(purpose, host, Scopes.NONE, HttpCall.get(http.address(host, "")))) {
                if (reply.status() != 200) {
                    throw http.refused(purpose, reply);
                }
                return null;
            } catch (IOException e) {
                throw http.broken(purpose, http.address(host, ""), e);
            }
        });
    }

    @Override
    public RawManifest manifest(ImageReference reference) {
        return fromMirrors(RepositoryName.of(reference), where -> retrying(() -> {
            Purpose purpose = Purpose.reading("the manifest of " + reference, where);
            URI address = http.address(where.host(), where.path() + "/manifests/" + reference.selector());
            HttpCall call = HttpCall.get(address).with("Accept", MANIFEST_TYPES);
            try (HttpReply reply = http.send(purpose, where.host(), Scopes.pull(where), call)) {
                if (reply.status() != 200) {
                    throw http.refused(purpose, reply);
                }
                return verified(purpose, reference.digest(), reply, limited(purpose, reply));
            } catch (IOException e) {
                throw http.broken(purpose, address, e);
            }
        }));
    }

    /** What the first mirror answers that has it, or else the registry itself. */
    private <T> T fromMirrors(RepositoryName repository, java.util.function.Function<RepositoryName, T> read) {
        for (String mirror : options.mirrorsOf(repository.host())) {
            int slash = mirror.indexOf('/');
            String host = slash < 0 ? mirror : mirror.substring(0, slash);
            String prefix = slash < 0 ? "" : mirror.substring(slash + 1) + "/";
            try {
                return read.apply(new RepositoryName(host, prefix + repository.path()));
            } catch (RegistryException e) {
                // A mirror need not have everything, nor be there at all.
                cancellation.check();
            }
        }
        return read.apply(repository);
    }

    private static byte[] limited(Purpose purpose, HttpReply reply) throws IOException {
        byte[] bytes = reply.body().readNBytes(ManifestReader.MAXIMUM_SIZE + 1);
        if (bytes.length > ManifestReader.MAXIMUM_SIZE) {
            throw RegistryException.invalid(purpose.kind(),
                    "cannot " + purpose.action() + ": it is larger than "
                            + ManifestReader.MAXIMUM_SIZE + " bytes", null);
        }
        return bytes;
    }

    private static RawManifest verified(Purpose purpose, Digest wanted, HttpReply reply, byte[] bytes) {
        Digest found = Digest.of(bytes);
        String stated = reply.header("Docker-Content-Digest");
        boolean otherThanStated = stated != null && stated.startsWith("sha256:") && !stated.equals(found.toString());
        if (otherThanStated || (wanted != null && !wanted.equals(found))) {
            String expected = wanted != null && !wanted.equals(found) ? wanted.toString() : HttpFailures.clean(stated);
            throw RegistryException.of(purpose.kind(), "cannot " + purpose.action() + ": its digest is " + found
                    + " where " + expected + " was expected", null, null, RegistryException.Retry.ONCE);
        }
        try {
            return ManifestReader.read(reply.contentType(), bytes);
        } catch (IllegalArgumentException e) {
            throw RegistryException.invalid(
                    purpose.kind(), "cannot " + purpose.action() + ": " + HttpFailures.clean(e.getMessage()), e);
        }
    }

    @Override
    public Optional<Descriptor> headManifest(ImageReference reference) {
        RepositoryName where = RepositoryName.of(reference);
        Purpose purpose = Purpose.reading("the manifest of " + reference, where);
        URI address = http.address(where.host(), where.path() + "/manifests/" + reference.selector());
        return retrying(() -> {
            HttpCall call = HttpCall.head(address).with("Accept", MANIFEST_TYPES);
            try (HttpReply reply = http.send(purpose, where.host(), Scopes.pull(where), call)) {
                if (reply.status() == 404) {
                    return Optional.empty();
                }
                if (reply.status() != 200) {
                    throw http.refused(purpose, reply);
                }
                return headed(purpose, reply);
            } catch (IOException e) {
                throw http.broken(purpose, address, e);
            }
        });
    }

    private static Optional<Descriptor> headed(Purpose purpose, HttpReply reply) {
        String digest = reply.header("Docker-Content-Digest");
        if (digest == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Descriptor(reply.contentType(), Digest.parse(digest), reply.contentLength()));
        } catch (IllegalArgumentException e) {
            throw RegistryException.invalid(purpose.kind(), "cannot " + purpose.action() + ": "
                    + HttpFailures.clean(e.getMessage()), e);
        }
    }

    @Override
    public boolean putManifest(ImageReference reference, RawManifest manifest) {
        RepositoryName where = RepositoryName.of(reference);
        Purpose purpose = Purpose.pushing(reference.toString(), where);
        if (manifest.bytes().length > ManifestReader.MAXIMUM_SIZE) {
            throw RegistryException.invalid(purpose.kind(),
                    "cannot " + purpose.action() + ": its manifest is larger than "
                            + ManifestReader.MAXIMUM_SIZE + " bytes", null);
        }
        URI address = http.address(where.host(), where.path() + "/manifests/" + reference.selector());
        return retrying(() -> {
            HttpCall call = new HttpCall("PUT", address, java.util.Map.of("Content-Type", manifest.mediaType()),
                    BlobSource.of(manifest.bytes()), null);
            try (HttpReply reply = http.send(purpose, where.host(), Scopes.push(where), call)) {
                if (reply.status() == 400 && hasForeignLayers(manifest)) {
                    throw foreign(http.refused(purpose, reply));
                }
                http.requireStored(purpose, reply, manifest.digest());
                return reply.header("OCI-Subject") != null;
            } catch (IOException e) {
                throw http.broken(purpose, address, e);
            }
        });
    }

    private static boolean hasForeignLayers(RawManifest raw) {
        return !raw.isIndex() && raw.manifest().layers().stream().anyMatch(layer -> layer.urls() != null);
    }

    private static RegistryException foreign(RegistryException refused) {
        return new RegistryException(refused.kind(), refused.getMessage(),
                "the image has foreign layers, which many registries take only when they are set up to allow their "
                        + "urls (docker-registry: validation.manifests.urls.allow)",
                null, refused.status(), RegistryException.Retry.NEVER, null);
    }

    @Override
    public boolean hasBlob(RepositoryName repository, Descriptor blob) {
        Purpose purpose = Purpose.reading("the blob " + blob.digest() + " of " + repository, repository);
        URI address = http.address(repository.host(), repository.path() + "/blobs/" + blob.digest());
        return retrying(() -> {
            // Asked with the scope of the push that follows, so that one token serves both.
            try (HttpReply reply = http.send(
                    purpose, repository.host(), Scopes.push(repository), HttpCall.head(address))) {
                if (reply.status() == 404) {
                    return false;
                }
                if (reply.status() != 200) {
                    throw http.refused(purpose, reply);
                }
                return reply.contentLength() < 0 || reply.contentLength() == blob.size();
            } catch (IOException e) {
                throw http.broken(purpose, address, e);
            }
        });
    }

    @Override
    public BlobStream openBlob(RepositoryName repository, Descriptor blob, long offset) {
        try {
            return fromMirrors(repository, where -> openFrom(where, blob, offset));
        } catch (RegistryException refused) {
            if (blob.urls() == null || blob.urls().isEmpty()) {
                throw refused;
            }
            return openForeign(repository, blob, offset, refused);
        }
    }

    private BlobStream openFrom(RepositoryName where, Descriptor blob, long offset) {
        Purpose purpose = Purpose.reading("the blob " + blob.digest() + " of " + where, where);
        URI address = http.address(where.host(), where.path() + "/blobs/" + blob.digest());
        return opened(purpose, blob, offset,
                http.send(purpose, where.host(), Scopes.pull(where), ranged(HttpCall.get(address), offset)));
    }

    private BlobStream openForeign(
            RepositoryName repository, Descriptor blob, long offset, RegistryException refused) {
        RegistryException last = refused;
        for (String url : blob.urls()) {
            try {
                URI address = URI.create(url);
                if (!url.matches("(?i)https?://.*") || address.getHost() == null || address.getRawUserInfo() != null) {
                    continue;
                }
                Purpose purpose = new Purpose(ErrorKind.REGISTRY_ERROR,
                        "read the foreign layer " + blob.digest() + " of " + repository, address.getRawAuthority());
                HttpCall call = ranged(HttpCall.get(address), offset);
                return opened(purpose, blob, offset, http.sendForeign(purpose, address, call));
            } catch (IllegalArgumentException e) {
                // Not an address; the next one may be.
                cancellation.check();
            } catch (RegistryException e) {
                cancellation.check();
                last = e;
            }
        }
        throw last;
    }

    private static HttpCall ranged(HttpCall call, long offset) {
        return offset == 0 ? call : call.with("Range", "bytes=" + offset + "-");
    }

    private BlobStream opened(Purpose purpose, Descriptor blob, long wanted, HttpReply reply) {
        if (reply.status() != 200 && reply.status() != 206) {
            throw http.refused(purpose, reply);
        }
        long offset = 0;
        if (reply.status() == 206) {
            Matcher range = CONTENT_RANGE.matcher(String.valueOf(reply.header("Content-Range")));
            offset = range.matches() ? Long.parseLong(range.group(1)) : -1;
        }
        long length = reply.contentLength();
        String wrong = null;
        if (reply.contentType().equals("text/html")) {
            wrong = "a web page came instead; is there a proxy between?";
        } else if (offset != 0 && offset != wanted) {
            wrong = "the answer starts at another byte than asked for";
        } else if (length >= 0 && length != blob.size() - offset) {
            wrong = length + " bytes are offered where " + (blob.size() - offset) + " belong to it";
        }
        if (wrong == null) {
            return new BlobStream(offset, reply.body());
        }
        try {
            reply.close();
        } catch (IOException e) {
            throw http.broken(purpose, reply.uri(), e);
        }
        throw RegistryException.of(
                purpose.kind(), "cannot " + purpose.action() + ": " + wrong, null, null, RegistryException.Retry.ONCE);
    }

    @Override
    public boolean putBlob(
            RepositoryName repository,
            Descriptor blob,
            BlobSource content,
            List<RepositoryName> mountFrom,
            LongConsumer sent) {
        Purpose purpose = Purpose.pushing("the blob " + blob.digest() + " to " + repository, repository);
        BlobUpload upload = new BlobUpload(http, purpose, repository, blob);
        for (RepositoryName source : mountFrom) {
            if (source.host().equals(repository.host()) && !source.equals(repository)
                    && retrying(() -> upload.mount(source))) {
                return true;
            }
        }
        return retrying(() -> {
            upload.send(content, sent);
            return false;
        });
    }

    @Override
    public List<String> tags(RepositoryName repository) {
        Purpose purpose = Purpose.reading("the tags of " + repository, repository);
        List<String> tags = new ArrayList<>();
        URI page = http.address(repository.host(), repository.path() + "/tags/list");
        for (int pages = 0; page != null && pages < MAXIMUM_PAGES; pages++) {
            URI address = page;
            page = retrying(() -> {
                try (HttpReply reply = http.send(
                        purpose, repository.host(), Scopes.pull(repository), HttpCall.get(address))) {
                    if (reply.status() != 200) {
                        throw http.refused(purpose, reply);
                    }
                    TagList list = ImageJson.read(limited(purpose, reply), TagList.class, "tag list");
                    if (list.tags() != null) {
                        tags.addAll(list.tags());
                    }
                    return nextPage(address, reply);
                } catch (IllegalArgumentException e) {
                    throw RegistryException.invalid(
                            purpose.kind(), "cannot " + purpose.action() + ": the answer is not a list of tags", e);
                } catch (IOException e) {
                    throw http.broken(purpose, address, e);
                }
            });
        }
        return List.copyOf(tags);
    }

    /** Address of the next page on the same registry; null after the last. */
    private static URI nextPage(URI page, HttpReply reply) {
        Matcher link = NEXT_PAGE.matcher(String.valueOf(reply.header("Link")));
        if (!link.matches()) {
            return null;
        }
        URI next = page.resolve(link.group(1));
        return URI.create(page.getScheme() + "://" + page.getRawAuthority() + next.getRawPath()
                + (next.getRawQuery() == null ? "" : "?" + next.getRawQuery()));
    }

    @Override
    public ImageIndex referrers(RepositoryName repository, Digest subject) {
        Purpose purpose = Purpose.reading("the referrers of " + repository + "@" + subject, repository);
        URI address = http.address(repository.host(), repository.path() + "/referrers/" + subject);
        Optional<ImageIndex> listed = retrying(() -> {
            HttpCall call = HttpCall.get(address).with("Accept", MediaTypes.OCI_INDEX);
            try (HttpReply reply = http.send(purpose, repository.host(), Scopes.pull(repository), call)) {
                boolean index = reply.contentType().equals(MediaTypes.OCI_INDEX);
                if (reply.status() == 404 || (reply.status() == 200 && !index)) {
                    return Optional.empty();
                }
                if (reply.status() != 200) {
                    throw http.refused(purpose, reply);
                }
                return Optional.of(verified(purpose, null, reply, limited(purpose, reply)).index());
            } catch (IOException e) {
                throw http.broken(purpose, address, e);
            }
        });
        return listed.orElseGet(() -> fallback(repository, subject));
    }

    private ImageIndex fallback(RepositoryName repository, Digest subject) {
        try {
            RawManifest raw = manifest(repository.tagged(Referrers.fallbackTag(subject)));
            return raw.isIndex() ? raw.index() : Referrers.NONE;
        } catch (RegistryException e) {
            if (e.isNotFound()) {
                return Referrers.NONE;
            }
            throw e;
        }
    }
}
