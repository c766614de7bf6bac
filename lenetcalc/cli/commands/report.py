"""``lenetcalc report``: what a network costs."""

import click

from lenetcalc.cli.arguments import columns_of, conventions_of, count_by, limit, network_of, on_inputs
from lenetcalc.cli.options import (
    convention_option,
    depth_option,
    element_size_option,
    format_option,
    input_option,
    max_layers_option,
)
from lenetcalc.cli.printing import failed, show


@click.command(short_help="What a network costs, layer by layer.")
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
        return failed(error, form)
    shown = network_report(
        analysis,
        columns=chosen,
        working=working,
        depth=depth,
        element_size=element_size,
        conventions=count_by(analysis, known),
    )
    show(shown, form)
    return 0
