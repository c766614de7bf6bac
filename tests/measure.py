"""Processor time and memory that a limit can be held to, on any machine and while coverage is measured."""

import re
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time

LOOP = 0.04
"""Seconds that the loop of ``stopwatch`` takes on the machine that the limits were set on."""


class Taken:
    """The processor time that a piece of work took, in seconds of the machine that the limits were set on."""

    seconds = 0.0


@contextmanager
def stopwatch() -> Iterator[Taken]:
    """Time a piece of work; a tracer rests, and a machine that is slower just then counts less."""
    taken, tracer = Taken(), sys.gettrace()
    sys.settrace(None)
    try:
        start = process_time()
        sum(number * number for number in range(1_000_000))
        machine = max((process_time() - start) / LOOP, 1)
        start = process_time()
        yield taken
        taken.seconds = (process_time() - start) / machine
    finally:
        sys.settrace(tracer)


def peak_megabytes() -> int:
    """The most memory that this process has held.

    Linux tells it apart from the peak of the process that started this one, which ``getrusage`` counts too.
    """
    status = Path("/proc/self/status")
    peak = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return (int(peak[1]) if peak else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) // 1024
