"""What a command costs, as the kernel counts it."""
import os
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

MB = 1_000_000


@dataclass(frozen=True)
class Measurement:
    """One run: wall time and CPU time (user and system, with all children) in seconds, the memory of the largest of its processes and
    what came out in bytes."""

    wall: float
    cpu: float
    memory: float
    output: float

    @staticmethod
    def median(measurements):
        """Medians, of each figure by itself."""
        return Measurement(*(statistics.median(getattr(m, field) for m in measurements) for field in ("wall", "cpu", "memory", "output")))

    def beyond(self, start):
        """Says what it took more than the start of the same program."""
        return f"beyond start {self.wall - start.wall:.2f} s, {self.cpu - start.cpu:.2f} CPU-s"


class CommandFailed(Exception):
    """A command that ended with another exit code than 0; says what it printed last."""


class Runner:
    """Runs commands one at a time; what the last one printed is in the file `log`. With `settle`, what the one before left to be written is
    written first, so that it does not slow down the next."""

    def __init__(self, log: Path, settle=False):
        self.log, self.settle = log, settle

    def run(self, command, environment=None, output=lambda: 0):
        """Runs a command to its end; `output` then says how large its outcome is."""
        words = [str(word) for word in command]
        if self.settle:
            os.sync()
        with open(self.log, "wb") as log:
            start = time.perf_counter()
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **(environment or {})})
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            last = "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])
            raise CommandFailed(f"exit code {process.returncode}: {' '.join(words)}\n{last}")
        return Measurement(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, output())
