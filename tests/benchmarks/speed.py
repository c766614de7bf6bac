"""Measures lenetcalc on this machine: ``python tests/benchmarks/speed.py``. It gates nothing.

Start-up is a ratio to the import floor, the libraries that a report needs and nothing else; trust ratios,
as absolute times drift with the machine.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median

from lenetcalc import NetworkSpec, analyze, resolve
from lenetcalc.entries import read_layer

FLOOR = [sys.executable, "-c", "import click, yaml, rich.console, rich.table; from pydantic import BaseModel"]
REPORT = [sys.executable, "-m", "lenetcalc", "report", "lenet5"]
RUNS = 15


def wall_time(command: Sequence[str]) -> float:
    """Seconds of one whole process, its output thrown away."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def peak_memory(command: Sequence[str]) -> float:
    """The peak of a process in MiB."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return usage.ru_maxrss / 1024


def start_up() -> None:
    """The report of LeNet-5 against the import floor, run in turn."""
    pairs = [(wall_time(REPORT), wall_time(FLOOR)) for _ in range(RUNS)]
    ratio = median(report / floor for report, floor in pairs)
    report, floor = (median(times) for times in zip(*pairs, strict=True))
    print(
        f"report lenet5: {report * 1000:.0f} ms, floor {floor * 1000:.0f} ms, ratio {ratio:.2f} (at most 2)"
    )
    print(f"report lenet5: {peak_memory(REPORT):.0f} MiB (under 60 MB)")


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


if __name__ == "__main__":
    start_up()
    chains()
    print(f"peak of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
