"""``lenetcalc reconcile``: what a number of a network can be."""

import click

from lenetcalc.cli.arguments import figure_of, limit, network_of, on_inputs
from lenetcalc.cli.options import format_option, input_option, max_layers_option
from lenetcalc.cli.printing import failed, show


@click.command(short_help="What a number of a network can be.")
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
        return failed(error, form)
    found = reconciled(analysis, figures)
    show(reconcile_report(analysis.spec.title, found, [*accounts(found)]), form)
    return int(not all(each.matches for each in found))
