package io.jenkins.plugins.windowsimage.engine.registry;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a token is to allow: actions by resource, such as {@code pull} and {@code push} of {@code
 * repository:library/hello} (distribution, token scope documentation).
 */
record Scopes(Map<String, Set<String>> actions) {
    static final Scopes NONE = new Scopes(Map.of());

    Scopes {
        Map<String, Set<String>> copy = new TreeMap<>();
        actions.forEach((resource, names) -> copy.put(resource, new TreeSet<>(names)));
        actions = copy;
    }

    static Scopes pull(RepositoryName repository) {
        return new Scopes(Map.of("repository:" + repository.path(), Set.of("pull")));
    }

    static Scopes push(RepositoryName repository) {
        return new Scopes(Map.of("repository:" + repository.path(), Set.of("pull", "push")));
    }

    /** Reads the scopes of a challenge, separated by blanks. */
    static Scopes parse(String text) {
        Map<String, Set<String>> found = new TreeMap<>();
        for (String scope : text.trim().split("\\s+")) {
            int colon = scope.lastIndexOf(':');
            if (colon > 0) {
                found.computeIfAbsent(scope.substring(0, colon), resource -> new TreeSet<>())
                        .addAll(List.of(scope.substring(colon + 1).split(",")));
            }
        }
        return new Scopes(found);
    }

    /** What either allows. */
    Scopes and(Scopes other) {
        Map<String, Set<String>> both = new TreeMap<>();
        for (Scopes scopes : List.of(this, other)) {
            scopes.actions.forEach((resource, names) ->
                    both.computeIfAbsent(resource, key -> new TreeSet<>()).addAll(names));
        }
        return new Scopes(both);
    }

    /** As the parameters of a token request, one for each resource. */
    Collection<String> parameters() {
        return actions.entrySet().stream()
                .map(entry -> entry.getKey() + ":" + String.join(",", entry.getValue()))
                .toList();
    }
}
