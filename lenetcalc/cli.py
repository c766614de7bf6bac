"""The command line: the only module that prints and sets exit codes.

0: all well; 1: findings; 2: the input or the call is wrong; 3: a bug of ours; 130: interrupted.
"""

import gc
import os
import sys
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, TextIO

import click

from lenetcalc import __version__
from lenetcalc.report import FORMATS, WIDTH, render

if TYPE_CHECKING:
    from lenetcalc.errors import SpecError
    from lenetcalc.network import NetworkSpec
    from lenetcalc.report.model import Report

_ASCII = str.maketrans(
    {
        **{"×": "x", "−": "-", "–": "-", "─": "-", "→": "->", "…": "...", "·": "|", "Σ": "sum "},
        **{"⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")"},
    }
)
"""What stands for the signs of our tables and formulas where a stream knows only ASCII."""


def main() -> None:
    """Run the command line; never shows a traceback."""
    gc.disable()  # the process is short and makes hardly any cycles; collecting is a tenth of its time
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # a spec is read by our code alone
    try:
        code = command.main(standalone_mode=False)
    except click.ClickException as error:
        _echo(_usage(error), sys.stderr)
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except SystemExit:  # click's answer to a reader that has seen enough of its help
        code = 0
    except OSError as error:
        _echo(f"cannot go on: {(error.strerror or str(error)).lower()}", sys.stderr)
        code = 2
    except Exception as error:  # the last line of defence: a bug of ours must say so
        _echo(_bug(error), sys.stderr)
        code = 3
    sys.exit(code if isinstance(code, int) else 0)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lenetcalc", message="%(prog)s %(version)s")
def command() -> None:
    """What a convolutional network costs, layer by layer, and how every number came about."""


format_option = click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True
)
element_size_option = click.option(
    "--element-size", type=click.IntRange(1, 64), default=4, show_default=True, help="Bytes of a value."
)
max_layers_option = click.option(
    "--max-layers",
    type=click.IntRange(1, 1_000_000),
    help="Layers that a network may have, its blocks and repetitions written out.",
)


@command.command()
@click.argument("spec")
@click.option("--columns", help="Columns of the table, with commas between: layer,output,parameters,…")
@click.option(
    "--working", is_flag=True, help="Show in the table how each number came about; JSON always does."
)
@click.option("--input", "inputs", multiple=True, help="Another input, as in 1x28x28, or NAME=1x28x28.")
@click.option(
    "--depth",
    type=click.IntRange(min=0),
    default=0,
    help="Fold blocks so deep into a row each: 1 the outermost, 0 none.",
)
@element_size_option
@max_layers_option
@format_option
def report(
    spec: str,
    columns: str | None,
    working: bool,
    inputs: tuple[str, ...],
    depth: int,
    element_size: int,
    max_layers: int | None,
    form: str,
) -> int:
    """Report what the network of SPEC costs: a file, - for standard input, or a packaged network's name."""
    from lenetcalc.analysis import analyze
    from lenetcalc.errors import SpecError
    from lenetcalc.report.network import network_report

    chosen = _columns(columns)
    try:
        network = _network(spec)
        network = _on_inputs(network, inputs) if inputs else network
        analysis = analyze(network, **_limit(max_layers))
    except SpecError as error:
        return _failed(error, form)
    shown = network_report(analysis, columns=chosen, working=working, depth=depth, element_size=element_size)
    _show(shown, form)
    return 0


@command.command()
@click.argument("spec")
@click.argument("inputs", nargs=-1)
@element_size_option
@max_layers_option
@format_option
def sizes(spec: str, inputs: tuple[str, ...], element_size: int, max_layers: int | None, form: str) -> int:
    """Say on which square inputs the network of SPEC builds, and what it is on some, or on the INPUTS given.

    An input is one size of all axes, as in 224, the size along each, as in 224x320, or a shape with its
    channels, as in 3x224x320. The exit code is 1 where the network does not build on one of them, or without
    INPUTS on its own.
    """
    from lenetcalc.errors import SpecError
    from lenetcalc.graph import resolve
    from lenetcalc.report.sizes import sizes_report
    from lenetcalc.sizes import meant
    from lenetcalc.sizes import sizes as sizes_of

    try:
        graph = resolve(_network(spec), **_limit(max_layers))
    except SpecError as error:
        return _failed(error, form)
    try:
        given = [meant(graph, _numbers(text)) for text in inputs]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="INPUTS") from None
    found = sizes_of(graph, given)
    _show(sizes_report(found, element_size=element_size), form)
    return int(any(trial.faults for trial in found.trials))


@command.command()
@click.argument("kinds", nargs=-1)
@format_option
def kinds(kinds: tuple[str, ...], form: str) -> None:
    """List the kinds of layers, or the KINDS named, with their fields and formulas."""
    from lenetcalc.layers import KINDS, SPELLINGS
    from lenetcalc.report.kinds import kinds_report

    for kind in kinds:
        if kind not in SPELLINGS:
            raise click.BadParameter(_unknown(kind, KINDS), param_hint="KINDS")
    canonical = dict.fromkeys(str(SPELLINGS[kind].layer.model_fields["kind"].default) for kind in kinds)
    _show(kinds_report([*canonical]), form)


@command.command()
def schema() -> None:
    """Print the JSON Schema of specs, for editors and other tools."""
    from lenetcalc.report.json import dumps
    from lenetcalc.schema import json_schema

    _echo(dumps(json_schema()), sys.stdout, json=True)


def _limit(max_layers: int | None) -> dict[str, int]:
    return {"max_layers": max_layers} if max_layers else {}


def _columns(given: str | None) -> tuple[str, ...]:
    """The columns asked for; raises `click.BadParameter` for one that there is not."""
    from lenetcalc.report.network import COLUMNS, DEFAULT_COLUMNS

    if given is None:
        return DEFAULT_COLUMNS
    names = tuple(dict.fromkeys(name.strip() for name in given.split(",")))
    for name in names:
        if name not in COLUMNS:
            raise click.BadParameter(_unknown(name, COLUMNS), param_hint="--columns")
    return names


def _unknown(word: str, known: Any) -> str:
    from lenetcalc.text import harmless, nearest

    near = nearest(word, known)
    return f"'{harmless(word)}' is none of {', '.join(known)}" + (f"; did you mean {near}?" if near else "")


def _network(spec: str) -> "NetworkSpec":
    from lenetcalc.source import MOST_BYTES
    from lenetcalc.spec import load, loads

    if spec == "-":
        if sys.stdin is None:
            raise click.UsageError("standard input is closed")
        return loads(sys.stdin.buffer.read(MOST_BYTES + 1), file="<stdin>")
    return load(spec)


def _numbers(text: str) -> tuple[int, ...]:
    """The numbers of an input; raises `click.BadParameter` where it is none."""
    from pydantic_core import PydanticCustomError

    from lenetcalc.layers.fields import read_shape
    from lenetcalc.text import harmless

    try:
        return read_shape(_number(text))
    except PydanticCustomError:
        rule = "an input is numbers of at least 1, as in 224, 224x320 or 3x224x320"
        raise click.BadParameter(f"{harmless(text)}: {rule}", param_hint="INPUTS") from None


def _number(text: str) -> int | str:
    """A text that is one number as that number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else text


def _on_inputs(network: "NetworkSpec", given: tuple[str, ...]) -> "NetworkSpec":
    """The network with the inputs of ``--input`` in place of its own."""
    from pydantic_core import PydanticCustomError

    from lenetcalc.text import harmless, listed

    for text in given:
        name, named, sizes = text.rpartition("=")
        if not name and (named or len(network.inputs) > 1):
            known = listed(network.inputs, last="or", most=8)
            raise click.BadParameter(f"{harmless(text)} does not say which of {known}", param_hint="--input")
        try:
            network = network.with_input(**{name or next(iter(network.inputs)): _number(sizes)})
        except PydanticCustomError as error:
            raise click.BadParameter(f"{harmless(text)}: {error.message()}", param_hint="--input") from None
    return network


def _failed(error: "SpecError", form: str) -> int:
    """Print the rows that could be worked out, then every fault."""
    from lenetcalc.report.network import network_report

    if error.analysis is not None and error.analysis.layers and form == "table":
        _show(network_report(error.analysis, complete=False), form)
    _echo(str(error), sys.stderr)
    return 2


def _show(report: "Report", form: str) -> None:
    """Print a report: fitted to a terminal and with colours, as plain text elsewhere."""
    renderer, width = form, WIDTH
    if sys.stdout is not None and sys.stdout.isatty():
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        renderer = "colours" if form == "table" and not plain else form
        width = get_terminal_size().columns
    _echo(render(report, renderer, width=width), sys.stdout, json=form == "json")


def _echo(text: str, stream: TextIO | None, *, json: bool = False) -> None:
    """Print a text, in ASCII where the stream knows no more; nothing where the stream is closed."""
    if stream is None:
        return
    try:
        text.encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        text = _in_ascii(text, json)
    try:
        print(text, file=stream, flush=True)
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if stream is not sys.stderr:
            raise


def _in_ascii(text: str, json: bool) -> str:
    from lenetcalc.report.json import in_ascii

    if json:
        return in_ascii(text)
    return text.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")


def _usage(error: click.ClickException) -> str:
    from lenetcalc.text import harmless

    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    message = harmless(error.format_message(), longest=1000)
    context = getattr(error, "ctx", None)
    return f"{message}\nusage: see {context.command_path} --help" if context else message


def _bug(error: Exception) -> str:
    """One line that names a bug of ours: what was raised and where."""
    from lenetcalc.text import harmless

    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    what = f"{type(error).__name__}{where}: {harmless(error, 200)}"
    return f"internal error: {what}; please report it with the spec"


if __name__ == "__main__":
    main()
