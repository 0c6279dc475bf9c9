"""The tool that is measured and its peers, each with the same few verbs; a tool keeps what it needs between runs in a directory `home`."""
import contextlib
import os
import shutil
import subprocess
from pathlib import Path

from comparison.measurement import Runner
from comparison.registry import Registry

PROJECT = Path(__file__).resolve().parents[3]
BASE_LAYOUT = PROJECT / "docs" / "examples" / "base"


def script(*commands):
    """Commands one after the other as one, so that all of them are measured together."""
    return ["bash", "-euo", "pipefail", "-c", "\n".join(" ".join(f"'{word}'" for word in command) for command in commands)]


class Tool:
    """Something to compare; verbs that a tool does not have are None."""

    name = ""
    needs = ()
    # Said of each of its images, where they are not what Windows can run.
    remark = ""
    build = rebuild = build_stages = pull = push = retag = index = pack = plan = version = None

    def __init__(self, runner: Runner):
        self.runner = runner

    @property
    def identifier(self):
        """Its name as a repository may be called."""
        return "".join(c if c.isalnum() else "-" for c in self.name)

    def prepare(self):
        """Gets what it needs beyond its packages."""

    def missing(self):
        return [command for command in self.needs if shutil.which(command) is None]

    def describe(self):
        """Name and version."""
        line = subprocess.run([self.needs[0], "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
        return line.split(" (")[0]

    def discard(self, home):
        """Removes all that it keeps."""
        shutil.rmtree(home, ignore_errors=True)


class WindowsImage(Tool):
    name = "windows-image"

    def __init__(self, runner, command):
        super().__init__(runner)
        self.command = command

    def describe(self):
        return subprocess.run([self.command, "--version"], capture_output=True, text=True, check=True).stdout.strip()

    def __call__(self, home, registry, *words, output=lambda: 0):
        environment = {"WINDOWS_IMAGE_ROOT": str(home), "WINDOWS_IMAGE_INSECURE_REGISTRIES": registry.host}
        return self.runner.run([self.command, *words], environment, output)

    def version(self):
        return self.runner.run([self.command, "--version"])

    def plan(self, dockerfile, *words):
        return self.runner.run([self.command, "plan", *words, "-f", dockerfile])

    def push_base(self, home, registry, repository="base", os_version="10.0.20348.2227"):
        """The tiny Windows image that others are built on."""
        self(home, registry, "build", "--push", "-t", registry.name(f"{repository}:1"), "--os-version", os_version,
             PROJECT / "docs" / "examples" / "base-image")

    def build(self, home, registry, context, dockerfile, repository):
        return self(home, registry, "build", "-f", dockerfile, "--push", "-t", registry.name(f"{repository}:1"), context,
                    output=lambda: registry.layers(repository))

    rebuild = build
    build_stages = build

    def pack(self, home, context, dockerfile):
        """An image as an OCI layout, without any registry."""
        layout = home.with_suffix(".layout")
        environment = {"WINDOWS_IMAGE_ROOT": str(home)}
        try:
            return self.runner.run([self.command, "build", "--build-context", f"base=oci-layout://{BASE_LAYOUT}", "-f", dockerfile,
                                    "-o", f"type=oci,dest={layout}", context], environment, lambda: size(layout))
        finally:
            shutil.rmtree(layout, ignore_errors=True)

    def pull(self, home, registry, image):
        """Into the store, and from there to an OCI layout by hard links: a build alone leaves the layers of its base in their registry."""
        dockerfile = home.with_suffix(".Dockerfile")
        dockerfile.write_text(f"FROM {registry.name(image)}\n")
        home.mkdir()
        layout = home / "layout"
        return self(home, registry, "build", "-f", dockerfile, "-o", f"type=oci,dest={layout}", BASE_LAYOUT, output=lambda: size(layout))

    def push(self, home, registry, image, name):
        before = registry.bytes_read()
        return self(home, registry, "push", image, registry.name(name), output=lambda: registry.bytes_read() - before)

    def retag(self, home, registry, image, name):
        return self(home, registry, "tag", "--push", registry.name(image), registry.name(name))

    def index(self, home, registry, images, name):
        return self(home, registry, "index", "create", "--push", registry.name(name), *map(registry.name, images))


class Skopeo(Tool):
    name = "skopeo"
    needs = ("skopeo",)

    def pull(self, home, registry, image):
        layout = home / "layout"
        home.mkdir()
        return self.runner.run(["skopeo", "copy", "--src-tls-verify=false", f"docker://{registry.name(image)}", f"oci:{layout}:image"],
                               output=lambda: size(layout))

    def push(self, home, registry, image, name):
        """From the layout that a pull left."""
        before = registry.bytes_read()
        return self.runner.run(["skopeo", "copy", "--dest-tls-verify=false", f"oci:{home / 'layout'}:image", f"docker://{registry.name(name)}"],
                               output=lambda: registry.bytes_read() - before)

    def retag(self, home, registry, image, name):
        return self.runner.run(["skopeo", "copy", "--src-tls-verify=false", "--dest-tls-verify=false", f"docker://{registry.name(image)}",
                                f"docker://{registry.name(name)}"])


class Buildah(Tool):
    """Builds in a store of its own, in which it has to unpack every base image."""

    name = "buildah"
    needs = ("buildah",)
    remark = "no Windows layers (no Files/)"

    def _words(self, home):
        return [self.name, "--root", home, "--runroot", f"{home}-run"]

    def _build(self, home, registry, context, dockerfile, repository, *options):
        image = registry.name(f"{repository}:1")
        words = self._words(home)
        return self.runner.run(
            script([*words, "build", "--os", "windows", "--arch", "amd64", "--isolation", "chroot", "--tls-verify=false", *options, "-f", dockerfile,
                    "-t", image, context], [*words, "push", "--tls-verify=false", image]),
            output=lambda: registry.layers(repository))

    def build(self, home, registry, context, dockerfile, repository):
        return self._build(home, registry, context, dockerfile, repository, "--layers=false")

    def rebuild(self, home, registry, context, dockerfile, repository):
        return self._build(home, registry, context, dockerfile, repository, "--layers=true")

    def build_stages(self, home, registry, context, dockerfile, repository):
        return self._build(home, registry, context, dockerfile, repository, "--layers=false", "--jobs=2")

    def index(self, home, registry, images, name):
        words = self._words(home)
        index = registry.name(name)
        return self.runner.run(script([*words, "manifest", "create", index],
                                      *([*words, "manifest", "add", "--tls-verify=false", index, f"docker://{registry.name(image)}"] for image in images),
                                      [*words, "manifest", "push", "--all", "--tls-verify=false", index, f"docker://{index}"]))

    def discard(self, home):
        # Its overlay directory is mounted upon itself, and working containers may be left mounted in it.
        subprocess.run(["umount", "--recursive", home / "overlay"], stderr=subprocess.DEVNULL, check=False)
        for directory in (home, Path(f"{home}-run")):
            shutil.rmtree(directory, ignore_errors=True)


class Podman(Buildah):
    """Builds with the code of buildah, so it is measured cold only."""

    name = "podman"
    needs = ("podman",)
    rebuild = index = None


class Umoci(Tool):
    """Knows no Dockerfile and no cache: one layer is put on the base, which skopeo fetches and whose result it pushes."""

    name = "umoci+skopeo"
    needs = ("umoci", "skopeo")
    remark = "no Windows layers (no Files/), no Dockerfile"

    def build(self, home, registry, context, dockerfile, repository):
        layout = home / "layout"
        home.mkdir()
        return self.runner.run(
            script(["skopeo", "copy", "--src-tls-verify=false", f"docker://{registry.name('base:1')}", f"oci:{layout}:image"],
                   ["umoci", "insert", "--image", f"{layout}:image", f"{context}/data", "/data"],
                   ["skopeo", "copy", "--dest-tls-verify=false", f"oci:{layout}:image", f"docker://{registry.name(f'{repository}:1')}"]),
            output=lambda: registry.layers(repository))


class Pigz(Tool):
    """What a shell can do: a tar, its digest, compressed on all cores, the digest of that. No image."""

    name = "tar+pigz -1"
    needs = ("pigz", "tar", "sha256sum")
    remark = "a bare tar, no image"

    def pack(self, home, context, dockerfile):
        home.mkdir()
        blob = home / "layer.tar.gz"
        return self.runner.run(
            ["bash", "-euo", "pipefail", "-c", f"tar -C '{context}' -c data | tee >(sha256sum >'{home}/diff-id') | pigz -1 | tee '{blob}' | sha256sum >'{home}/digest'"],
            output=lambda: blob.stat().st_size)


class Jib(Tool):
    """jib-core from Maven Central, in a small program of its own with the default settings of Java."""

    name = "jib-core"
    needs = ("java", "mvn")
    remark = "image without os.version, no Dockerfile"
    project = Path(__file__).resolve().parents[1] / "jib"
    classes = PROJECT / "cli" / "target" / "jib"

    def prepare(self):
        self.runner.run(["mvn", "-B", "-q", "-ntp", "-f", self.project, "package"])

    def describe(self):
        jar = next((self.classes / "lib").glob("jib-core-*.jar"))
        return jar.stem.replace("core-", "core ")

    def build(self, home, registry, context, dockerfile, repository):
        return self.runner.run(["java", "-cp", f"{self.classes / 'classes'}{os.pathsep}{self.classes / 'lib'}/*", "JibBuild", registry.name("base:1"),
                                registry.name(f"{repository}:1"), context / "data", home], output=lambda: registry.layers(repository))

    rebuild = build


def size(directory):
    """Bytes of all files in a directory."""
    return sum(file.stat().st_size for file in Path(directory).rglob("*") if file.is_file())


@contextlib.contextmanager
def home_of(tool, work, label):
    """A place for a tool to keep what it likes, until the end of the block."""
    home = work / f"{tool.identifier}-{label}"
    try:
        yield home
    finally:
        tool.discard(home)
