package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.ImageIndex;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which image of an index is meant. Entries of another operating system or architecture never are. Of the rest:
 *
 * <ol>
 *   <li>A wished version: that exact version; else its build (the first three parts) with the highest revision; else,
 *       because a host of the wished version runs them, the newest of the same build family. A version wished with
 *       fewer than three parts means the newest that begins so.
 *   <li>Without a wish but on a Windows host: the same for the host's version, except that the highest revision of the
 *       host's build is taken even if the host's own revision is offered; only on Windows Server 2016 and older, where
 *       revisions must be equal, the equal one goes first.
 *   <li>With neither: the newest version, as containerd chooses.
 * </ol>
 *
 * <p>Entries that do not state a version come after all that fit. The first of equals wins. Immutable.
 *
 * @param wanted operating system, architecture and perhaps version and variant
 * @param hostVersion version of the Windows host that will run the image; null off Windows
 */
public record PlatformChoice(Platform wanted, String hostVersion) {
    private static final String ATTESTATION = "vnd.docker.reference.type";
    private static final String WINDOWS = "windows";

    /**
     * The entry that is meant.
     *
     * @param name the image, for the error
     * @throws EngineException of kind OS_VERSION_UNRESOLVED that lists what is offered
     */
    public Descriptor choose(ImageReference name, ImageIndex index) {
        List<Descriptor> images = index.manifests().stream().filter(entry -> !isAttestation(entry)).toList();
        List<Descriptor> fitting = images.stream().filter(this::hasSystem).toList();
        if (fitting.isEmpty()) {
            // An index need not state platforms; the config of the image then decides.
            return images.stream().filter(entry -> entry.platform() == null).findFirst()
                    .orElseThrow(() -> noSystem(name, images));
        }
        return chooseVersion(fitting).orElseThrow(() -> new EngineException(ErrorKind.OS_VERSION_UNRESOLVED,
                name + " has no image for " + versionText() + "; it offers " + offered(fitting),
                "choose one of them with --os-version, or use another tag", null));
    }

    /**
     * Refuses an image that is named directly and is for another system than wanted. Its version is not judged: who
     * names one image means it.
     *
     * @throws EngineException of kind OS_VERSION_UNRESOLVED that says what the image is for
     */
    public void accept(ImageReference name, Platform found) {
        if (!Objects.equals(found.os(), wanted.os()) || !Objects.equals(found.architecture(), wanted.architecture())) {
            throw new EngineException(ErrorKind.OS_VERSION_UNRESOLVED,
                    name + " is an image for " + found + ", not for " + wanted.shortName(),
                    WINDOWS.equals(found.os()) ? "use a base image for " + wanted.shortName() + ", or another --platform" : hint(), null);
        }
    }

    /** Whether an image for this Windows version is one that the wish means; so is any where one of the two is not known. */
    public boolean suits(String osVersion) {
        Optional<WindowsVersion> wish = WindowsVersion.parse(wanted.osVersion());
        Optional<WindowsVersion> found = WindowsVersion.parse(osVersion);
        return wish.isEmpty() || found.isEmpty() || found.get().startsWith(wish.get()) || found.get().sameBuild(wish.get())
                || found.get().runsOn(wish.get());
    }

    private EngineException noSystem(ImageReference name, List<Descriptor> images) {
        return new EngineException(ErrorKind.OS_VERSION_UNRESOLVED,
                name + " has no image for " + wanted.shortName() + "; it offers " + offered(images), hint(), null);
    }

    private String hint() {
        return wanted.os().equals(WINDOWS)
                ? "use a Windows base image, for example mcr.microsoft.com/windows/nanoserver"
                : null;
    }

    private static boolean isAttestation(Descriptor entry) {
        Platform platform = entry.platform();
        return (platform != null && "unknown".equals(platform.os()))
                || (entry.annotations() != null && entry.annotations().containsKey(ATTESTATION));
    }

    private boolean hasSystem(Descriptor entry) {
        Platform platform = entry.platform();
        return platform != null
                && wanted.os().equals(platform.os())
                && wanted.architecture().equals(platform.architecture())
                && (wanted.variant() == null
                        || platform.variant() == null
                        || wanted.variant().equals(platform.variant()));
    }

    private Optional<Descriptor> chooseVersion(List<Descriptor> fitting) {
        Optional<WindowsVersion> wish = WindowsVersion.parse(wanted.osVersion());
        Optional<WindowsVersion> host = WindowsVersion.parse(hostVersion);
        if (!wanted.os().equals(WINDOWS)) {
            return fitting.stream().findFirst();
        }
        Optional<Descriptor> chosen;
        if (wish.isPresent()) {
            WindowsVersion version = wish.get();
            chosen = newest(fitting, version::equals)
                    .or(() -> newest(fitting, offered -> offered.startsWith(version)))
                    .or(() -> newest(fitting, version::sameBuild))
                    .or(() -> newest(fitting, offered -> offered.runsOn(version)));
        } else if (host.isPresent()) {
            WindowsVersion version = host.get();
            chosen = newest(fitting, offered -> version.wantsSameRevision() && offered.equals(version))
                    .or(() -> newest(fitting, version::sameBuild))
                    .or(() -> newest(fitting, offered -> offered.runsOn(version)));
        } else {
            chosen = newest(fitting, offered -> true);
        }
        return chosen.or(() -> fitting.stream().filter(entry -> version(entry).isEmpty()).findFirst());
    }

    private static Optional<Descriptor> newest(List<Descriptor> entries, Predicate<WindowsVersion> condition) {
        Descriptor best = null;
        for (Descriptor entry : entries) {
            Optional<WindowsVersion> version = version(entry);
            if (version.isPresent() && condition.test(version.get())
                    && (best == null || version.get().compareTo(version(best).orElseThrow()) > 0)) {
                best = entry;
            }
        }
        return Optional.ofNullable(best);
    }

    private static Optional<WindowsVersion> version(Descriptor entry) {
        return WindowsVersion.parse(entry.platform().osVersion());
    }

    private String versionText() {
        return wanted.shortName() + (wanted.osVersion() != null
                ? " version " + wanted.osVersion()
                : " that this host, Windows " + hostVersion + ", can run");
    }

    private static String offered(List<Descriptor> images) {
        TreeSet<String> names = new TreeSet<>(Comparator.naturalOrder());
        for (Descriptor image : images) {
            names.add(image.platform() == null ? "an unknown platform" : image.platform().toString());
        }
        return names.isEmpty() ? "no image at all" : String.join(", ", names);
    }
}
