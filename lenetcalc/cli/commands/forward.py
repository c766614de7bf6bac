"""``lenetcalc forward``: the values that a network computes."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lenetcalc.cli.arguments import form_of, inputs_of, layer_of, limit, network_of, weights_of
from lenetcalc.cli.options import max_layers_option, numbers_option, tolerance_option, written_format_option
from lenetcalc.cli.printing import echo, failed, followed, show

if TYPE_CHECKING:
    from lenetcalc.analysis import Analysis
    from lenetcalc.report.forward import Call, Outputs


@click.command(short_help="Compute the output of every layer.")
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
        outputs = _computed(analysis, call, layer_of(only, analysis), whole=form not in ("table", "markdown"))
        report = forward_report(analysis.spec.title, call, outputs)
        if form == "safetensors" and output is not None:
            Path(output).write_bytes(as_safetensors(outputs, output))
        else:
            show(report, form, output)
    except SpecError as error:
        return failed(error, form)
    if output is not None:
        for note in report.notes:
            echo(f"note: {note}", sys.stderr)
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
    return collected(followed(steps, len(analysis.layers)), inputs, numbers, only=only, whole=whole)
