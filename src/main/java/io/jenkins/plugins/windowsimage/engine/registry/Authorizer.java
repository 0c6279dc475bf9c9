package io.jenkins.plugins.windowsimage.engine.registry;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Answers the challenges of registries: Basic authentication, and bearer tokens of the token service that a registry
 * names (distribution, token authentication; OAuth2 for identity tokens). Tokens are kept by registry and scopes until
 * they end. A credential is used for its own registry and the token service which that registry itself names, nowhere
 * else. Thread-safe.
 */
final class Authorizer {
    private static final int MAXIMUM_ANSWER = 1 << 20;
    /** What the specification lets a token live when its answer does not say. */
    private static final long DEFAULT_LIFE_SECONDS = 60;
    /** Part of its life after which a token is not used any more, so that it does not end on the way. */
    private static final double USABLE = 0.8;

    private final HttpTransport transport;
    private final RegistryOptions options;
    private final Cancellation cancellation;
    private final Map<String, Registry> registries = new ConcurrentHashMap<>();

    Authorizer(HttpTransport transport, RegistryOptions options, Cancellation cancellation) {
        this.transport = transport;
        this.options = options;
        this.cancellation = cancellation;
    }

    /** What is known about one registry; guarded by itself. */
    private static final class Registry {
        private Optional<Credential> credential;
        private Challenge challenge;
        private final Map<Scopes, Token> tokens = new HashMap<>();
    }

    private record Token(String header, long usableUntil) {
        boolean isUsable() {
            return System.nanoTime() - usableUntil < 0;
        }
    }

    /** Answer of a token service. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record TokenAnswer(
            @JsonProperty("token") String token,
            @JsonProperty("access_token") String accessToken,
            @JsonProperty("expires_in") Long expiresIn) {

        String any() {
            return token == null || token.isEmpty() ? accessToken : token;
        }
    }

    private Registry registry(String host) {
        return registries.computeIfAbsent(host, key -> new Registry());
    }

    /** Authorization header for a request to the registry; null while it has not asked for any. */
    String header(String host, Scopes scopes, Purpose purpose) {
        Registry registry = registry(host);
        synchronized (registry) {
            if (registry.challenge == null) {
                return null;
            }
            Token token = registry.tokens.get(scopes);
            return token != null && token.isUsable() ? token.header() : authorize(registry, host, scopes, purpose);
        }
    }

    /**
     * Takes up the challenge of a 401 answer.
     *
     * @param refused the Authorization header that was not good enough; null for none
     * @return whether there is another header to try
     */
    boolean renew(String host, Scopes scopes, HttpReply reply, String refused, Purpose purpose) {
        Challenge challenge = strongest(Challenge.parse(reply.headers().allValues("WWW-Authenticate")));
        if (challenge == null) {
            return false;
        }
        Registry registry = registry(host);
        synchronized (registry) {
            Token current = registry.tokens.get(scopes);
            if (current != null && !current.header().equals(refused) && challenge.equals(registry.challenge)) {
                return true;
            }
            registry.challenge = challenge;
            registry.tokens.remove(scopes);
            String header = authorize(registry, host, scopes, purpose);
            return header != null && !header.equals(refused);
        }
    }

    private static Challenge strongest(List<Challenge> challenges) {
        Challenge basic = null;
        for (Challenge challenge : challenges) {
            if (challenge.scheme().equals("bearer") && challenge.parameters().containsKey("realm")) {
                return challenge;
            }
            if (challenge.scheme().equals("basic")) {
                basic = challenge;
            }
        }
        return basic;
    }

    /** What a person who is refused can do, naming who they were. */
    String login(String host) {
        Registry registry = registry(host);
        Optional<Credential> used;
        synchronized (registry) {
            used = registry.credential == null ? Optional.empty() : registry.credential;
        }
        return used.map(credential -> "the credentials used for " + host + " are " + credential
                        + "; check that they are valid and suffice")
                .orElse("no credentials for " + host + " were used: run docker login " + host + ", or set "
                        + EnvironmentCredentials.VARIABLE);
    }

    private Optional<Credential> credential(Registry registry, String host) {
        synchronized (registry) {
            if (registry.credential == null) {
                registry.credential = options.credentials().find(host, cancellation);
            }
            return registry.credential;
        }
    }

    private String authorize(Registry registry, String host, Scopes scopes, Purpose purpose) {
        Optional<Credential> credential = credential(registry, host);
        boolean readyToken = credential.isPresent() && credential.get().kind() == Credential.Kind.REGISTRY_TOKEN;
        if (readyToken) {
            return "Bearer " + credential.get().secret();
        }
        if (registry.challenge.scheme().equals("basic")) {
            return credential.filter(known -> known.kind() == Credential.Kind.PASSWORD)
                    .map(Credential::basic)
                    .orElse(null);
        }
        Scopes wanted = scopes.and(Scopes.parse(registry.challenge.parameters().getOrDefault("scope", "")));
        Token token = fetch(host, registry.challenge, wanted, credential.orElse(null), purpose);
        registry.tokens.put(scopes, token);
        return token.header();
    }

    private Token fetch(String host, Challenge challenge, Scopes scopes, Credential credential, Purpose purpose) {
        URI realm = realm(host, challenge, purpose);
        StringJoiner query = new StringJoiner("&");
        String service = challenge.parameters().get("service");
        if (service != null) {
            query.add("service=" + encode(service));
        }
        HttpCall call;
        if (credential != null && credential.kind() == Credential.Kind.IDENTITY_TOKEN) {
            query.add("scope=" + encode(String.join(" ", scopes.parameters())));
            query.add("grant_type=refresh_token");
            query.add("client_id=windows-image-build");
            query.add("refresh_token=" + encode(credential.secret()));
            BlobSource form = BlobSource.of(query.toString().getBytes(StandardCharsets.UTF_8));
            call = new HttpCall("POST", realm, Map.of("Content-Type", "application/x-www-form-urlencoded"), form, null);
        } else {
            scopes.parameters().forEach(scope -> query.add("scope=" + encode(scope)));
            String separator = realm.getRawQuery() == null ? "?" : "&";
            call = HttpCall.get(URI.create(realm + (query.length() == 0 ? "" : separator + query)));
            if (credential != null) {
                call = call.with("Authorization", credential.basic());
            }
        }
        Purpose asking = new Purpose(
                purpose.kind(), purpose.action() + " (asking " + realm.getHost() + " for a token)", host);
        try (HttpReply reply = transport.send(call.with("Accept", "application/json"), cancellation)) {
            if (reply.status() != 200) {
                throw HttpFailures.of(asking, reply, login(host));
            }
            return token(asking, reply.body().readNBytes(MAXIMUM_ANSWER));
        } catch (IOException e) {
            cancellation.check();
            // The registry vouched for the name, so that a wrong one is no slip of the user's.
            throw HttpFailures.of(asking, realm.getRawAuthority(), options.proxies().proxyFor(realm), e, true);
        }
    }

    private URI realm(String host, Challenge challenge, Purpose purpose) {
        URI realm;
        try {
            realm = URI.create(challenge.parameters().get("realm"));
        } catch (IllegalArgumentException e) {
            realm = URI.create("");
        }
        boolean secure = "https".equalsIgnoreCase(realm.getScheme());
        boolean plain = "http".equalsIgnoreCase(realm.getScheme());
        if (realm.getHost() == null || realm.getRawUserInfo() != null || realm.getRawFragment() != null
                || !(secure || plain)) {
            throw RegistryException.invalid(purpose.kind(),
                    "cannot " + purpose.action() + ": the registry " + host + " names no usable token service", null);
        }
        if (plain && !options.isInsecure(host)) {
            throw RegistryException.of(purpose.kind(),
                    "cannot " + purpose.action() + ": the registry " + host + " sends credentials to "
                            + realm.getHost() + " over plain HTTP",
                    HttpFailures.insecureHint(host), null,
                    RegistryException.Retry.NEVER);
        }
        return realm;
    }

    private static Token token(Purpose purpose, byte[] json) {
        TokenAnswer answer;
        try {
            answer = ImageJson.read(json, TokenAnswer.class, "token answer");
        } catch (IllegalArgumentException e) {
            // Not kept as a cause: it would quote the answer, which can hold the token.
            throw RegistryException.invalid(purpose.kind(),
                    "cannot " + purpose.action() + ": the answer is not valid JSON", null);
        }
        String token = answer.any();
        if (token == null || !token.matches("[\\x21-\\x7e]+")) {
            throw RegistryException.invalid(purpose.kind(),
                    "cannot " + purpose.action() + ": the answer holds no token", null);
        }
        long stated = answer.expiresIn() == null ? DEFAULT_LIFE_SECONDS : answer.expiresIn();
        long life = Math.max(DEFAULT_LIFE_SECONDS, Math.min(stated, TimeUnit.DAYS.toSeconds(1)));
        return new Token("Bearer " + token, System.nanoTime() + (long) (life * 1e9 * USABLE));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
