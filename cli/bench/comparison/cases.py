"""What is compared: each case gives one row for every tool that can do it."""
import contextlib
import functools
import re
import sys
from pathlib import Path

from comparison import workload
from comparison.measurement import MB, CommandFailed, Measurement
from comparison.registry import Registry
from comparison.table import Table
from comparison.tools import home_of
from comparison.workload import Workload

BENCH = Path(__file__).resolve().parents[1]
WINDOWS_VERSIONS = ("10.0.17763.5329", "10.0.20348.2227", "10.0.26100.1742")


class Cases(contextlib.ExitStack):
    """All cases, on data that are made at most once; closing it ends what they share."""

    def __init__(self, runner, ours, peers, work, runs, small):
        super().__init__()
        self.runner, self.ours, self.peers, self.work, self.runs = runner, ours, peers, work, runs
        self.table = Table()
        self.a = Workload(work / "A", 200 // small, 1074 * MB // small, 10)
        self.b = Workload(work / "B", 50_000 // small, 214 * MB // small, 200 // small)
        self.c = Workload(work / "C", 2_000 // small, 215 * MB // small, 10)

    # -- what cases share --

    def in_turn(self, case, verb, attempt, notes=lambda medians: {}):
        """Measures ours and each peer that has the verb, one after the other and then all again, so that a machine that drifts does so for
        all; says what ours takes beyond its start. A peer that fails is left out of the case and named."""
        print(f"{case} ...", file=sys.stderr, flush=True)
        tools = [self.ours, *(peer for peer in self.peers if getattr(peer, verb))]
        results = {tool: [] for tool in tools}
        starts = []
        for run in range(self.runs):
            starts.append(self.ours.version())
            for tool in list(results):
                try:
                    results[tool].append(attempt(tool, run))
                except CommandFailed as failure:
                    if tool is self.ours:
                        raise
                    print(f"left out of \"{case}\": {tool.name}: {failure}", file=sys.stderr)
                    del results[tool]
        medians = {tool.name: Measurement.median(measured) for tool, measured in results.items()}
        told = notes(medians)
        start = Measurement.median(starts)
        remarks = {tool.name: [tool.remark] if "build" in verb or verb == "pack" else [] for tool in tools}
        remarks[self.ours.name] = [medians[self.ours.name].beyond(start)]
        self.table.add(case, medians, {name: "; ".join([*remarks[name], *([told[name]] if name in told else [])]) for name in medians})

    def registry_with_base(self, stack):
        registry = stack.enter_context(Registry(self.work))
        with home_of(self.ours, self.work, "base") as home:
            self.ours.push_base(home, registry)
        return registry

    def dockerfile(self, name, text):
        file = self.work / f"{name}.Dockerfile"
        file.write_text(text)
        return file

    @functools.cached_property
    def published(self):
        """A registry that holds the image of A as a:1, and the store it was built in."""
        registry = self.registry_with_base(self)
        home = self.enter_context(home_of(self.ours, self.work, "published"))
        self.ours.build(home, registry, self.a.make().directory, self.dockerfile("published", workload.one_copy(registry.name("base:1"))), "a")
        return registry, home

    # -- building --

    def cold(self, case, data, text, verb="build"):
        data.make()

        def attempt(tool, run):
            with contextlib.ExitStack() as stack:
                # A registry of its own each time: nothing of the image is there, and no tool remembers that it was.
                registry = self.registry_with_base(stack)
                home = stack.enter_context(home_of(tool, self.work, "cold"))
                return getattr(tool, verb)(home, registry, data.directory, self.dockerfile("cold", text(registry.name("base:1"))), "image")

        self.in_turn(case, verb, attempt)

    def a_cold(self):
        self.cold("A cold", self.a, workload.one_copy)

    def b_cold(self):
        self.cold("B cold", self.b, workload.one_copy)

    def stages(self):
        self.cold("5 stages, 2 branches", self.c.make(), lambda base: workload.five_stages(base, self.c), "build_stages")

    def again(self, case, data, before=lambda run: None, notes=lambda medians: {}):
        """Builds once unmeasured, and then again and again with the same home."""
        data.make()
        with contextlib.ExitStack() as stack:
            registry = self.registry_with_base(stack)
            dockerfile = self.dockerfile("again", workload.one_copy(registry.name("base:1")))
            homes = {}

            def attempt(tool, run):
                def build():
                    return tool.rebuild(homes[tool], registry, data.directory, dockerfile, tool.identifier)

                if run == 0:
                    homes[tool] = stack.enter_context(home_of(tool, self.work, "again"))
                    build()
                before(run)
                return build()

            self.in_turn(case, "rebuild", attempt, notes)

    def a_unchanged(self):
        self.again("A unchanged", self.a)

    def b_unchanged(self):
        self.again("B unchanged", self.b)

    def b_changed(self):
        def share(medians):
            """Of the CPU time of the same tool's cold build, where that was measured."""
            return {tool: f"{changed.cpu / self.table.medians['B cold', tool].cpu:.0%} of the CPU of B cold"
                    for tool, changed in medians.items() if ("B cold", tool) in self.table.medians}

        self.again("B, one file changed", self.b, self.b.change, share)

    def pack(self):
        """Compression and digests without registry or network."""
        dockerfile = self.dockerfile("pack", workload.one_copy("base"))

        def attempt(tool, run):
            with home_of(tool, self.work, "pack") as home:
                return tool.pack(home, self.a.make().directory, dockerfile)

        self.in_turn("A to a local OCI layout", "pack", attempt)

    # -- moving --

    def pull(self):
        registry, _ = self.published

        def attempt(tool, run):
            with home_of(tool, self.work, "pull") as home:
                return tool.pull(home, registry, "a:1")

        self.in_turn("pull of A's image", "pull", attempt)

    def push(self):
        source, store = self.published
        with contextlib.ExitStack() as stack:
            homes = {self.ours: store}
            warm = stack.enter_context(Registry(self.work))

            def home(tool):
                if tool not in homes:
                    homes[tool] = stack.enter_context(home_of(tool, self.work, "push"))
                    tool.pull(homes[tool], source, "a:1")
                return homes[tool]

            def push_to_empty(tool, run):
                with Registry(self.work) as empty:
                    return tool.push(home(tool), empty, source.name("a:1"), "a:1")

            def push_again(tool, run):
                if run == 0:
                    tool.push(home(tool), warm, source.name("a:1"), f"{tool.identifier}:first")
                return tool.push(home(tool), warm, source.name("a:1"), f"{tool.identifier}:{run}")

            def push_beside(tool, run):
                return tool.push(home(tool), warm, source.name("a:1"), f"{tool.identifier}/beside-{run}:1")

            def read(medians):
                return {tool: f"the registry read {m.output / 1000:.1f} kB" for tool, m in medians.items()}

            self.in_turn("push to an empty registry", "push", push_to_empty)
            self.in_turn("push again", "push", push_again, read)
            self.in_turn("push to another repository", "push", push_beside, read)

    def retag(self):
        registry, store = self.published
        self.in_turn("retag in the registry", "retag",
                     lambda tool, run: tool.retag(store, registry, "a:1", f"a:{tool.identifier}-{run}"))

    def index(self):
        with contextlib.ExitStack() as stack:
            registry = stack.enter_context(Registry(self.work))
            names = [f"version-{number}" for number in range(len(WINDOWS_VERSIONS))]
            for name, version in zip(names, WINDOWS_VERSIONS):
                self.ours.push_base(stack.enter_context(home_of(self.ours, self.work, name)), registry, name, version)

            def attempt(tool, run):
                with home_of(tool, self.work, "index") as home:
                    return tool.index(home, registry, [f"{name}:1" for name in names], f"index:{tool.identifier}-{run}")

            self.in_turn("index of three", "index", attempt)

    # -- the rest --

    def plan(self):
        short = self.dockerfile("short", "FROM scratch\nCOPY a /a\n")
        long = self.dockerfile("long", workload.long_plan())
        self.in_turn("start of plan (2 lines)", "plan", lambda tool, run: tool.plan(short))
        self.in_turn("plan of 300 lines as JSON", "plan", lambda tool, run: tool.plan(long, "--format", "json"))

    def layers(self):
        """Layers into the form that Windows takes and out of it, on a simulated file system, in a warm Java virtual machine."""
        print("layers in and out ...", file=sys.stderr, flush=True)
        self.runner.run([BENCH / "transport", self.work])
        for what, figures in re.findall(r"([\d,]+ files of [^:]+): (\d+ MB .*)", self.runner.log.read_text()):
            self.table.remark(f"layer of {what}", self.ours.name, f"{figures} (simulated Windows)")
