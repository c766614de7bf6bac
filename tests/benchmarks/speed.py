"""Measures lenetcalc on this machine: ``python tests/benchmarks/speed.py``. It gates nothing.

Start-up is a ratio to the import floor, the libraries that a report needs and nothing else, both from
compiled files as after an installation; trust ratios, as absolute times drift with the machine.
"""

import math
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from operator import mul
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from lenetcalc import NetworkSpec, analyze, load, resolve
from lenetcalc.entries import read_layer
from lenetcalc.layers.base import Layer, Weight, Weights
from lenetcalc.reference.forward import inputs_from, weights_from
from lenetcalc.reference.run import WeightSource, run
from lenetcalc.reference.verify import verify
from lenetcalc.scalars import Floats, Numbers
from lenetcalc.spec import packaged

FLOOR = [sys.executable, "-c", "import click, yaml, rich.console, rich.table; from pydantic import BaseModel"]
REPORTS = {name: [sys.executable, "-m", "lenetcalc", "report", name] for name in ("lenet5", "resnet-152")}
MOST = {"lenet5": 2, "resnet-152": 3}
RUNS = 15
COMPILED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def wall_time(command: Sequence[str]) -> float:
    """Seconds of one whole process, its output thrown away."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=COMPILED)
    return time.perf_counter() - start


def peak_memory(command: Sequence[str]) -> float:
    """The peak of a process in MiB."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return usage.ru_maxrss / 1024


def start_up() -> None:
    """Whole reports against the import floor, run in turn."""
    for name, command in REPORTS.items():
        _start_up(name, command)


def _start_up(name: str, command: Sequence[str]) -> None:
    pairs = [(wall_time(command), wall_time(FLOOR)) for _ in range(RUNS)]
    ratio = median(report / floor for report, floor in pairs)
    report, floor = (median(times) for times in zip(*pairs, strict=True))
    print(
        f"report {name}: {report * 1000:.0f} ms, floor {floor * 1000:.0f} ms, "
        f"ratio {ratio:.2f} (at most {MOST[name]})"
    )
    print(f"report {name}: {peak_memory(command):.0f} MiB (under 60 MB)")


CHAINS: Mapping[str, Callable[[int], dict[str, object]]] = {
    "equal": lambda index: {"kind": "conv", "filters": 8, "kernel": 3, "padding": 1, "activation": "relu"},
    "all different": lambda index: {"kind": "conv", "filters": 1 + index, "kernel": 3, "padding": 1},
    "dense": lambda index: {"kind": "dense", "units": 10 + index % 7},
}


def chains() -> None:
    """Analysis alone of ever longer chains: linear, and 100,000 layers in under 5 s."""
    for name, layer in CHAINS.items():
        for length in (1_000, 10_000, 100_000):
            layers = [read_layer(layer(index)) for index in range(length)]
            graph = resolve(NetworkSpec(input=(3, 32, 32), layers=tuple(layers)))
            start = time.perf_counter()
            analyze(graph)
            seconds = time.perf_counter() - start
            print(f"chain of {length:,} {name}: {seconds:.2f} s, {seconds / length * 1e6:.0f} µs a layer")


def lenet5() -> None:
    """The forward pass of LeNet-5 in floats, its weights at hand: under 20 ms."""
    analysis, numbers = analyze(load("lenet5")), Floats()
    graph = analysis.graph
    inputs, drawn = inputs_from("seed:0", analysis, numbers), weights_from("seed:0", analysis)
    held = Held(drawn)
    times = []
    for _ in range(RUNS + 1):  # the first draws the weights
        start = time.perf_counter()
        for _ in run(graph, inputs, held, numbers):
            pass
        times.append(time.perf_counter() - start)
    print(f"forward lenet5: {median(times[1:]) * 1000:.1f} ms (under 20 ms)")


class Held:
    """Weights that are drawn once."""

    def __init__(self, source: WeightSource) -> None:
        self.source = source
        self.held: dict[str, Weights] = {}

    def weights(self, layer: str, kept: Mapping[str, Weight], numbers: Numbers) -> Weights:
        """The weights of a layer, those of the first time."""
        if layer not in self.held:
            drawn = self.source.weights(layer, kept, numbers)
            self.held[layer] = {name: [*rows] for name, rows in drawn.items()}
        return self.held[layer]


def alexnet() -> None:
    """AlexNet whole with 61 million seeded weights: under 60 s and 600 MB; the cost of a MAC as a ratio."""
    analysis, numbers = analyze(load("alexnet")), Floats()
    graph = analysis.graph
    inputs, drawn = inputs_from("seed:0", analysis, numbers), weights_from("seed:0", analysis)
    records = {record.name: record for record in analysis.layers}
    start = before = time.perf_counter()
    for node, _ in run(graph, inputs, drawn, numbers):
        after = time.perf_counter()
        macs = records[node.name].counts.macs.value
        if node.layer.kind == "conv":
            (maps, *_), kernel = records[node.name].inputs[0], math.prod(resolved_kernel(node.layer))
            length = maps // int(getattr(node.layer, "groups", 1)) * kernel
            ratio = (after - before) / macs / floor_of_a_mac(length)
            nanoseconds = (after - before) / macs * 1e9
            print(f"  {node.name}: {nanoseconds:.0f} ns a MAC, ratio {ratio:.2f} (at most 1.5)")
        before = time.perf_counter()
    print(f"forward alexnet: {time.perf_counter() - start:.0f} s (under 60 s)")


def resolved_kernel(layer: Layer) -> tuple[int, int]:
    """The kernel of a convolution over two axes."""
    kernel = getattr(layer, "kernel", 1)
    return (kernel, kernel) if isinstance(kernel, int) else kernel


def floor_of_a_mac(length: int) -> float:
    """Seconds that a multiply–accumulate takes in the plainest sum of products of this length."""
    left, right = [1.5] * length, [0.5] * length
    repeats = 2_000_000 // length
    start = time.perf_counter()
    for _ in range(repeats):
        sum(map(mul, left, right))
    return (time.perf_counter() - start) / repeats / length


def proofs() -> None:
    """LeNet-5 verified whole in under 10 s, ResNet-152 in under 60 s."""
    for name in ("lenet5", "resnet-152"):
        start = time.perf_counter()
        count = sum(1 for _ in verify(analyze(load(name))))
        print(f"verify {name}: {count} distinct layers in {time.perf_counter() - start:.1f} s")


def many_specs() -> None:
    """A check of 1,000 specs of LeNet's size, as a whole process."""
    text = (packaged()["lenet5"]).read_text(encoding="utf-8")
    with TemporaryDirectory() as folder:
        for index in range(1_000):
            Path(folder, f"net{index}.yaml").write_text(text, encoding="utf-8")
        seconds = wall_time([sys.executable, "-m", "lenetcalc", "check", folder])
    print(f"check of 1,000 specs: {seconds:.1f} s (under 5 s)")


if __name__ == "__main__":
    start_up()
    many_specs()
    chains()
    proofs()
    lenet5()
    alexnet()
    print(f"peak of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
