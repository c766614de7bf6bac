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
    conventions_of,
    count_by,
    explained_layer,
    explained_quantity,
    figure_of,
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
from lenetcalc.messages import bug, in_ascii, stopped, usage
from lenetcalc.options import (
    convention_option,
    depth_option,
    element_size_option,
    format_option,
    input_option,
    max_layers_option,
    numbers_option,
    tolerance_option,
    written_format_option,
)
from lenetcalc.report import WIDTH, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lenetcalc.analysis import Analysis
    from lenetcalc.errors import SpecError
    from lenetcalc.report.forward import Call, Outputs
    from lenetcalc.report.model import Report

T = TypeVar("T")


def main() -> None:
    """Run the command line; never shows a traceback."""
    gc.disable()  # the process is short and makes hardly any cycles; collecting is a tenth of its time
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # a spec is read by our code alone
    try:
        code = command.main(standalone_mode=False)
    except click.ClickException as error:
        _echo(usage(error), sys.stderr)
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except SystemExit:  # click's answer to a reader that has seen enough of its help
        code = 0
    except OSError as error:
        _echo(stopped(error), sys.stderr)
        code = 2
    except Exception as error:  # the last line of defence: a bug of ours must say so
        _echo(bug(error), sys.stderr)
        code = 3
    sys.exit(code if isinstance(code, int) else 0)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lenetcalc", message="%(prog)s %(version)s")
def command() -> None:
    """What a convolutional network costs, layer by layer, and how every number came about."""


@command.command()
@click.argument("spec")
@click.option("--columns", help="Columns of the table, with commas between: layer,output,parameters,…")
@click.option(
    "--working", is_flag=True, help="Show in the table how each number came about; JSON always does."
)
@input_option
@depth_option
@convention_option
@element_size_option
@max_layers_option
@format_option
def report(
    spec: str,
    columns: str | None,
    conventions: tuple[str, ...],
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

    chosen = columns_of(columns, beside=bool(conventions))
    known = conventions_of(conventions)
    try:
        network = network_of(spec)
        network = on_inputs(network, inputs) if inputs else network
        analysis = analyze(network, **limit(max_layers))
    except SpecError as error:
        return _failed(error, form)
    shown = network_report(
        analysis,
        columns=chosen,
        working=working,
        depth=depth,
        element_size=element_size,
        conventions=count_by(analysis, known),
    )
    _show(shown, form)
    return 0


@command.command()
@click.argument("spec")
@click.argument("layer")
@click.argument("quantity", required=False)
@input_option
@max_layers_option
@format_option
def explain(
    spec: str, layer: str, quantity: str | None, inputs: tuple[str, ...], max_layers: int | None, form: str
) -> int:
    """Teach one LAYER of SPEC: its shape rule and every count, as a formula, with numbers, and worked out.

    A QUANTITY is shown alone and in more detail: output, units, parameters, biases, fixed, buffers,
    connections, macs, or an operation such as additions.
    """
    from lenetcalc.analysis import analyze
    from lenetcalc.counting import conventions
    from lenetcalc.errors import SpecError
    from lenetcalc.report.explain import explain_report

    chosen = explained_quantity(quantity)
    try:
        analysis = analyze(on_inputs(network_of(spec), inputs), **limit(max_layers))
    except SpecError as error:
        return _failed(error, form)
    name = explained_layer(layer, analysis)
    by = [*conventions().values()] if chosen is None else []
    _show(explain_report(analysis, name, quantity=chosen, conventions=by), form)
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
@click.argument("numbers", nargs=-1, required=True)
@input_option
@max_layers_option
@format_option
def reconcile(
    spec: str, numbers: tuple[str, ...], inputs: tuple[str, ...], max_layers: int | None, form: str
) -> int:
    """Say what NUMBERS of the network of SPEC can be, by which convention, and which terms separate them.

    A number is exact or as printed, as in 0.42M. The exit code is 1 where one is no count that is known.
    """
    from lenetcalc.analysis import analyze
    from lenetcalc.errors import SpecError
    from lenetcalc.reconciliation import accounts
    from lenetcalc.reconciliation import reconcile as reconciled
    from lenetcalc.report.reconcile import reconcile_report

    figures = [figure_of(number) for number in numbers]
    try:
        analysis = analyze(on_inputs(network_of(spec), inputs), **limit(max_layers))
    except SpecError as error:
        return _failed(error, form)
    found = reconciled(analysis, figures)
    _show(reconcile_report(analysis.spec.title, found, [*accounts(found)]), form)
    return int(not all(each.matches for each in found))


@command.command()
@click.argument("spec")
@input_option
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
@numbers_option
@click.option("--layer", "only", help="Show this layer alone.")
@click.option("--expect", type=click.Path(), help="A file of outputs by layer that must be met.")
@tolerance_option
@max_layers_option
@written_format_option
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
        text = in_ascii(text, json)
    try:
        print(text, file=stream, flush=True)
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if stream is not sys.stderr:
            raise


if __name__ == "__main__":
    main()
