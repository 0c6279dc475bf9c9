package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.build.BuildResult;
import io.jenkins.plugins.windowsimage.engine.registry.RegistryOptions;
import io.jenkins.plugins.windowsimage.engine.store.ImageNames;
import io.jenkins.plugins.windowsimage.engine.store.PruneOptions;
import io.jenkins.plugins.windowsimage.engine.store.Pruner;
import io.jenkins.plugins.windowsimage.engine.store.StorageRoot;
import io.jenkins.plugins.windowsimage.engine.store.StoredImage;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.Rule;
import org.junit.Test;

/** Two builds, a prune and an rm on one store at once; cli/bench/soak does the same with processes and for a minute. */
public class ConcurrentCommandsTest {
    private static final int BUILDS = 20;

    @Rule
    public final Sandbox sandbox = new Sandbox();

    @Test
    public void builds_a_prune_and_an_rm_at_once_do_not_harm_each_other() throws Exception {
        StorageRoot root = new StorageRoot(sandbox.root());
        AtomicBoolean built = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> builds = new ArrayList<>();
            for (String name : List.of("one", "two")) {
                Path context = sandbox.context(name, "FROM base\nCOPY a.txt C:/\nCOPY b.txt C:/\n", "a.txt", "same", "b.txt", name);
                builds.add(threads.submit(() -> build(context, name)));
            }
            Future<Integer> prunes = threads.submit(() -> {
                int count = 0;
                while (!built.get()) {
                    new Pruner(root).prune(new PruneOptions(null, 0, true, false));
                    count++;
                }
                return count;
            });
            Future<Integer> removals = threads.submit(() -> {
                int count = 0;
                while (!built.get()) {
                    Optional<StoredImage> image = new ImageNames(root).find("one");
                    count += image.isPresent() && new ImageNames(root).remove(image.get()) ? 1 : 0;
                }
                return count;
            });
            try {
                for (Future<Integer> build : builds) {
                    build.get(5, TimeUnit.MINUTES);
                }
            } finally {
                built.set(true);
            }
            assertTrue(prunes.get() > 0);
            removals.get();
        } finally {
            threads.shutdownNow();
        }
        assertEquals("The store is in order", sandbox.ok("fsck").out().strip());
        sandbox.ok("prune", "--all");
        assertEquals(List.of(), Sandbox.list(sandbox.root().resolve("blobs/sha256")));
    }

    private int build(Path context, String name) throws Exception {
        for (int i = 0; i < BUILDS; i++) {
            BuildResult result = new EngineBuild(
                            sandbox.root(), Sandbox.base(), RegistryOptions.builder().build(), Clock.systemUTC())
                    .run(context, name, false, sandbox.path(name + "-" + i + ".tar"));
            assertNull(String.valueOf(result.error()), result.error());
        }
        return BUILDS;
    }
}
