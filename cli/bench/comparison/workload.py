"""The files that are built into images, the same on every machine."""
import multiprocessing
import random
import subprocess
import zlib
from dataclasses import dataclass
from pathlib import Path

WORDS = [bytes(random.Random(n).choices(b"abcdefghijklmnopqrstuvwxyz", k=3 + n % 9)) + b" " for n in range(2000)]
# Part of the data that does not compress at all; with it, zlib's level 1 leaves 42 % of the whole.
NOISE = 0.05


def text_and_noise(length, seed):
    """Bytes that compress about as well as programs and their data do."""
    source, parts, have = random.Random(seed), [], 0
    while have < length:
        part = source.randbytes(8192) if source.random() < NOISE else b"".join(source.choices(WORDS, k=1400))
        parts.append(part)
        have += len(part)
    return b"".join(parts)[:length]


@dataclass(frozen=True)
class Workload:
    """A build context: files of the same length, spread over the directories of its directory `data`."""

    directory: Path
    files: int
    bytes: int
    directories: int

    @property
    def data(self):
        return self.directory / "data"

    def file(self, number):
        return self.data / f"d{number * self.directories // self.files:03d}" / f"file{number:06d}.bin"

    def make(self):
        """Writes the files unless they are there."""
        if not self.directory.exists():
            # In another process: the kernel counts the memory of the one that starts a command as if the command had used it.
            writer = multiprocessing.Process(target=self.write)
            writer.start()
            writer.join()
            if writer.exitcode != 0:
                raise RuntimeError(f"{self.directory} could not be written")
        return self

    def write(self):
        size = self.bytes // self.files
        blocks = [text_and_noise(1 << 20, n) for n in range(min(64, 2 + self.bytes // (1 << 20)))]
        source = random.Random(self.bytes)
        new = Workload(self.directory.with_suffix(".new"), self.files, self.bytes, self.directories)
        for number in range(self.files):
            file = new.file(number)
            file.parent.mkdir(parents=True, exist_ok=True)
            with open(file, "wb") as out:
                left = size
                while left > 0:
                    block = source.choice(blocks)
                    begin = source.randrange(len(block) // 2)
                    left -= out.write(block[begin:begin + left])
        new.directory.rename(self.directory)

    def remove(self):
        subprocess.run(["rm", "-rf", self.directory], check=True)

    def change(self, run):
        """Gives one file in the middle another content of the same length."""
        file = self.file(self.files // 2)
        file.write_bytes(text_and_noise(file.stat().st_size, f"change {run}"))

    def zlib_share(self):
        """What zlib's level 1 leaves of a sample of the files, as a share."""
        sample = b"".join(self.file(n).read_bytes() for n in range(0, self.files, max(1, self.files // 40)))
        return len(zlib.compress(sample, 1)) / len(sample)


def one_copy(base):
    return f"FROM {base}\nCOPY data /data\n"


def five_stages(base, workload):
    """Two branches that do not depend on each other, what joins them, and a last stage that takes from it."""
    directories = sorted(f"data/{path.name}" for path in workload.data.iterdir())
    middle = len(directories) // 2
    return (f"FROM {base} AS start\nCOPY {directories[0]} /tools/\n"
            f"FROM start AS one\nCOPY {' '.join(directories[:middle])} /one/\n"
            f"FROM start AS two\nCOPY {' '.join(directories[middle:])} /two/\n"
            "FROM one AS joined\nCOPY --from=two /two /two\n"
            f"FROM {base}\nCOPY --from=joined /one /app/one\nCOPY --from=joined /two /app/two\n")


def long_plan():
    """300 instructions that expand variables, on a base that needs no registry."""
    return "# escape=`\nFROM scratch\n" + "".join(f"ENV K{n}=value{n}\nCOPY a{n} C:\\app\\a{n}\nLABEL l{n}=${{K{n}}}\n" for n in range(100))
