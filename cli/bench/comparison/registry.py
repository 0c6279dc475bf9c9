"""A registry of one's own for as long as a case runs."""
import contextlib
import json
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

MANIFESTS = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"


class Registry:
    """A docker-registry on loopback with an empty store, in a process of its own whose CPU time counts for nobody."""

    def __init__(self, work: Path):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.host = f"127.0.0.1:{port}"
        self.directory = Path(tempfile.mkdtemp(dir=work, prefix="registry-"))
        config = self.directory / "config.yml"
        config.write_text(f"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {self.directory}}}}}\n"
                          f"http: {{addr: '{self.host}'}}\n")
        self.process = subprocess.Popen(["docker-registry", "serve", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if self.process.poll() is not None:
                raise RuntimeError(f"docker-registry did not start on {self.host}")
            time.sleep(0.02)

    def name(self, repository):
        return f"{self.host}/{repository}"

    def layers(self, repository, tag="1"):
        """Size of all layers of an image, as they were pushed."""
        request = urllib.request.Request(f"http://{self.host}/v2/{repository}/manifests/{tag}", headers={"Accept": MANIFESTS})
        with urllib.request.urlopen(request) as answer:
            return sum(layer["size"] for layer in json.load(answer)["layers"])

    def bytes_read(self):
        """What the process has read so far, from connections for the most part."""
        for line in Path(f"/proc/{self.process.pid}/io").read_text().splitlines():
            if line.startswith("rchar:"):
                return int(line.split()[1])
        raise RuntimeError("the kernel does not count what processes read")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.directory)
