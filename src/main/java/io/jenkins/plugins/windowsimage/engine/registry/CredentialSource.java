package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import java.util.Optional;

/** Where credentials come from. Implementations are thread-safe. */
@FunctionalInterface
public interface CredentialSource {

    /** Knows no credentials. */
    CredentialSource NONE = (host, cancellation) -> Optional.empty();

    /**
     * The credential for exactly this registry.
     *
     * @param host as in image references, {@code docker.io} for Docker Hub
     * @throws io.jenkins.plugins.windowsimage.engine.EngineException naming what could not be read, never a secret
     */
    Optional<Credential> find(String host, Cancellation cancellation);

    /** The first source that knows a host answers for it. */
    static CredentialSource firstOf(CredentialSource... sources) {
        CredentialSource[] ordered = sources.clone();
        return (host, cancellation) -> {
            for (CredentialSource source : ordered) {
                Optional<Credential> found = source.find(host, cancellation);
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        };
    }
}
