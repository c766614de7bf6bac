"""``lenetcalc explain``: one layer, or one quantity of it."""

import click

from lenetcalc.cli.arguments import explained_layer, explained_quantity, limit, network_of, on_inputs
from lenetcalc.cli.options import format_option, input_option, max_layers_option
from lenetcalc.cli.printing import failed, show


@click.command(short_help="How the numbers of one layer come about.")
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
        return failed(error, form)
    name = explained_layer(layer, analysis)
    by = [*conventions().values()] if chosen is None else []
    show(explain_report(analysis, name, quantity=chosen, conventions=by), form)
    return 0
