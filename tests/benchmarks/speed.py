"""Measures lenetcalc on this machine: ``python tests/benchmarks/speed.py``. It gates nothing.

Start-up is a ratio to the import floor, the libraries that a report needs and nothing else, both from
compiled files as after an installation; trust ratios, as absolute times drift with the machine.
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


if __name__ == "__main__":
    start_up()
    chains()
    print(f"peak of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
