"""The command line: the only module that prints and sets exit codes.

0: all well; 1: findings; 2: the input or the call is wrong; 3: a bug of ours; 130: interrupted.
"""

import gc
import os
import sys
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, TextIO, TypeVar

import click

from lenetcalc import __version__
from lenetcalc.arguments import (
    columns_of,
    finite,
    form_of,
    inputs_of,
    layer_of,
    limit,
    network_of,
    on_inputs,
    shape_of,
    unknown,
    weights_of,
)
from lenetcalc.report import FORMATS, WIDTH, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lenetcalc.analysis import Analysis
    from lenetcalc.errors import SpecError
    from lenetcalc.report.forward import Call, Outputs
    from lenetcalc.report.model import Report

T = TypeVar("T")

_ASCII = str.maketrans(
    {
        **{"×": "x", "−": "-", "–": "-", "≈": "~", "─": "-", "→": "->", "…": "...", "·": "|", "Σ": "sum "},
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
        _echo(_stopped(error), sys.stderr)
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

    chosen = columns_of(columns)
    try:
        network = network_of(spec)
        network = on_inputs(network, inputs) if inputs else network
        analysis = analyze(network, **limit(max_layers))
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
        graph = resolve(network_of(spec), **limit(max_layers))
    except SpecError as error:
        return _failed(error, form)
    try:
        given = [meant(graph, shape_of(text)) for text in inputs]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="INPUTS") from None
    found = sizes_of(graph, given)
    _show(sizes_report(found, element_size=element_size), form)
    return int(any(trial.faults for trial in found.trials))


@command.command()
@click.argument("spec")
@click.option("--input", "inputs", multiple=True, help="Another input, as in 1x28x28, or NAME=1x28x28.")
@max_layers_option
@format_option
def verify(spec: str, inputs: tuple[str, ...], max_layers: int | None, form: str) -> int:
    """Prove the formulas of SPEC by running its layers on numbers that count.

    Every layer's shape, operations, weights and links between units are executed and compared with what its
    formulas say; layers too large to be run whole are run on fewer channels and positions. The exit code is 1
    where anything differs.
    """
    from lenetcalc.analysis import analyze
    from lenetcalc.errors import SpecError
    from lenetcalc.reference.verify import jobs, prove
    from lenetcalc.report.verify import verify_report

    try:
        network = on_inputs(network_of(spec), inputs)
        analysis = analyze(network, **limit(max_layers))
    except SpecError as error:
        return _failed(error, form)
    distinct = jobs(analysis)
    proofs = [*_followed(map(prove, distinct), len(distinct))]
    _show(verify_report(analysis.spec.title, proofs), form)
    return int(any(proof.differences for proof in proofs))


@command.command()
@click.argument("spec")
@click.option("--weights", default="seed:0", show_default=True, help="seed:N, ones, ramp, or a file.")
@click.option("--input", "given", default="seed:0", show_default=True, help="seed:N, ones, ramp, or a file.")
@click.option(
    "--numbers",
    "sort",
    type=click.Choice(["float", "fraction", "int"]),
    default="float",
    show_default=True,
    help="What is computed in.",
)
@click.option("--layer", "only", help="Show this layer alone.")
@click.option("--expect", type=click.Path(), help="A file of outputs by layer that must be met.")
@click.option(
    "--tolerance",
    type=click.FloatRange(min=0),
    default=1e-5,
    show_default=True,
    callback=finite,
    help="How far off a value may be, as a part of it where it is above 1.",
)
@max_layers_option
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS, "safetensors"]),
    help="What is printed or written; where it is not stated, what the ending of the file says, or a table.",
)
@click.option("-o", "--output", type=click.Path(), help="Write to this file.")
def forward(
    spec: str,
    weights: str,
    given: str,
    sort: str,
    only: str | None,
    expect: str | None,
    tolerance: float,
    max_layers: int | None,
    form: str | None,
    output: str | None,
) -> int:
    """Compute the network of SPEC: the output of every layer, for whoever implements it elsewhere.

    Weights and inputs are drawn (seed:N), ones, a ramp, or read from a file: safetensors or JSON with arrays
    named LAYER.weight, LAYER.bias, …; an input also from a PGM picture. With --expect the exit code is 1
    where a value differs, and the first is named.
    """
    from lenetcalc.analysis import analyze
    from lenetcalc.errors import SpecError
    from lenetcalc.report.forward import Call, as_safetensors, forward_report

    form = form_of(form, output)
    call = Call(weights, given, sort, expect, tolerance)
    try:
        analysis = analyze(network_of(spec), **limit(max_layers))
        outputs = _computed(analysis, call, layer_of(only, analysis), whole=form != "table")
        report = forward_report(analysis.spec.title, call, outputs)
        if form == "safetensors" and output is not None:
            Path(output).write_bytes(as_safetensors(outputs, output))
        else:
            _show(report, form, output)
    except SpecError as error:
        return _failed(error, form)
    if output is not None:
        for note in report.notes:
            _echo(f"note: {note}", sys.stderr)
    return int(outputs.departure is not None)


def _computed(analysis: "Analysis", call: "Call", only: str | None, *, whole: bool) -> "Outputs":
    """The outputs of a network as a call wants them, with a bar on a terminal; raises `SpecError`."""
    from lenetcalc.reference.forward import compared
    from lenetcalc.reference.given import given_outputs
    from lenetcalc.reference.run import run
    from lenetcalc.report.forward import collected
    from lenetcalc.scalars import NUMBERS

    numbers = NUMBERS[call.numbers]()
    expected = given_outputs(analysis, call.expected) if call.expected is not None else {}
    inputs = inputs_of(call.input, analysis, numbers)
    running = run(analysis.graph, inputs, weights_of(call.weights, analysis), numbers)
    steps = compared(running, expected, tolerance=call.tolerance, last=only)
    return collected(_followed(steps, len(analysis.layers)), inputs, numbers, only=only, whole=whole)


def _followed(steps: "Iterable[T]", count: int) -> "Iterator[T]":
    """Steps as they are done, with a bar on a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield from steps
        return
    with click.progressbar(steps, length=count, file=sys.stderr, label="layers") as bar:
        yield from bar


@command.command()
@click.argument("kinds", nargs=-1)
@format_option
def kinds(kinds: tuple[str, ...], form: str) -> None:
    """List the kinds of layers, or the KINDS named, with their fields and formulas."""
    from lenetcalc.layers import KINDS, SPELLINGS
    from lenetcalc.report.kinds import kinds_report

    for kind in kinds:
        if kind not in SPELLINGS:
            raise click.BadParameter(unknown(kind, KINDS), param_hint="KINDS")
    canonical = dict.fromkeys(str(SPELLINGS[kind].layer.model_fields["kind"].default) for kind in kinds)
    _show(kinds_report([*canonical]), form)


@command.command()
def schema() -> None:
    """Print the JSON Schema of specs, for editors and other tools."""
    from lenetcalc.report.json import dumps
    from lenetcalc.schema import json_schema

    _echo(dumps(json_schema()), sys.stdout, json=True)


def _failed(error: "SpecError", form: str) -> int:
    """Print the rows that could be worked out, then every fault."""
    from lenetcalc.report.network import network_report

    if error.analysis is not None and error.analysis.layers and form == "table":
        _show(network_report(error.analysis, complete=False), form)
    _echo(str(error), sys.stderr)
    return 2


def _show(report: "Report", form: str, output: str | None = None) -> None:
    """Print a report, fitted to a terminal and with colours, or as plain text elsewhere; or write it."""
    if output is not None:
        text = render(report, form) + "\n"
        Path(output).write_text(text, encoding="utf-8", errors="backslashreplace")
        return
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


def _stopped(error: OSError) -> str:
    """What the system would not do, and with which file."""
    from lenetcalc.text import harmless

    file = f"{harmless(error.filename)}: " if isinstance(error.filename, str) else ""
    return f"cannot go on: {file}{(error.strerror or str(error)).lower()}"


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
