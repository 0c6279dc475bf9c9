import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Puts a directory on a Windows base image as one layer and pushes the result: {@code JibBuild BASE IMAGE DIRECTORY CACHE}. */
public final class JibBuild {
    private JibBuild() {}

    public static void main(String[] args) throws Exception {
        Path cache = Path.of(args[3]);
        Jib.from(RegistryImage.named(args[0]))
                .setPlatforms(Set.of(new Platform("amd64", "windows")))
                .addLayer(List.of(Path.of(args[2])), AbsoluteUnixPath.get("/Files"))
                .containerize(Containerizer.to(RegistryImage.named(args[1]))
                        .setAllowInsecureRegistries(true)
                        .setBaseImageLayersCache(cache.resolve("base"))
                        .setApplicationLayersCache(cache.resolve("application")));
    }
}
