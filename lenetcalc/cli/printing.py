"""The only module that prints: reports, errors, and the steps of what takes long."""

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, TextIO, TypeVar

import click

from lenetcalc.cli.messages import in_ascii
from lenetcalc.report import WIDTH, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lenetcalc.errors import SpecError
    from lenetcalc.report.model import Report

T = TypeVar("T")


def failed(error: "SpecError", form: str) -> int:
    """Print the rows that could be worked out, then every fault."""
    from lenetcalc.report.network import network_report

    if error.analysis is not None and error.analysis.layers and form == "table":
        show(network_report(error.analysis, complete=False), form)
    echo(str(error), sys.stderr)
    return 2


def show(report: "Report", form: str, output: str | None = None) -> None:
    """Print a report, fitted to a terminal and with colours, or as plain text elsewhere; or write it."""
    if output is not None:
        written(render(report, form), output)
        return
    renderer, width = form, WIDTH
    if sys.stdout is not None and sys.stdout.isatty():
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        renderer = "colours" if form == "table" and not plain else form
        width = get_terminal_size().columns
    echo(render(report, renderer, width=width), sys.stdout, json=form == "json")


def written(text: str, output: str) -> None:
    """Write a text to a file, with a line's end; raises `OSError`."""
    Path(output).write_text(f"{text}\n", encoding="utf-8", errors="backslashreplace")


def appended(text: str, output: str) -> None:
    """Append a text to a file, with a line's end; raises `OSError`."""
    with Path(output).open("a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"{text}\n")


def echo(text: str, stream: TextIO | None, *, json: bool = False) -> None:
    """Print a text, in ASCII where the stream knows no more; nothing where the stream is closed."""
    if stream is None:
        return
    try:
        text.encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        text = in_ascii(text, json)
    with _unless_closed(stream):
        print(text, file=stream, flush=True)


def put(content: bytes) -> None:
    """Print bytes as they are; nothing where standard output is closed."""
    if sys.stdout is not None:
        with _unless_closed(sys.stdout):
            sys.stdout.buffer.write(content)
            sys.stdout.flush()


@contextmanager
def _unless_closed(stream: TextIO) -> "Iterator[None]":
    """Go on where the reader of a stream has gone; of errors also where they cannot be written."""
    try:
        yield
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if stream is not sys.stderr:
            raise


def followed(steps: "Iterable[T]", count: int) -> "Iterator[T]":
    """Steps as they are done, with a bar on a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield from steps
        return
    with click.progressbar(steps, length=count, file=sys.stderr, label="layers") as bar:
        yield from bar
