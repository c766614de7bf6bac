"""``lenetcalc diff``: what changed from one network to another."""

from typing import TYPE_CHECKING

import click

from lenetcalc.cli.arguments import compared_networks, judged_quantities, limit
from lenetcalc.cli.options import format_option, max_layers_option
from lenetcalc.cli.printing import failed, show

if TYPE_CHECKING:
    from lenetcalc.comparing.comparison import Comparison


@click.command(short_help="What changed between two networks.")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option(
    "--fail-on",
    type=click.Choice(["increase", "change", "none"]),
    default="none",
    show_default=True,
    help="Exit with 1 where a quantity increased, or anything changed.",
)
@click.option(
    "--quantity",
    "quantities",
    multiple=True,
    help="What --fail-on judges: units, parameters, fixed, buffers, connections, macs, peak; without it an "
    "increase of parameters, connections, macs or peak, and any change.",
)
@max_layers_option
@format_option
def diff(
    before: str, after: str, fail_on: str, quantities: tuple[str, ...], max_layers: int | None, form: str
) -> int:
    """Show what changed from network A to network B: layers, fields, shapes and counts, with the accounts.

    Each is a file, a packaged network's name, - for standard input, or a file as a git revision has it, as in
    net.yaml@main. What expect: states, and what a network is called, is not compared.
    """
    from lenetcalc.analysis import analyze
    from lenetcalc.comparing.comparison import compare
    from lenetcalc.errors import SpecError
    from lenetcalc.report.diff import diff_report

    judged = judged_quantities(quantities, fail_on)
    try:
        networks = compared_networks(before, after)
        one, other = (analyze(network, **limit(max_layers)) for network in networks)
    except SpecError as error:
        return failed(error, form)
    found = compare(one, other)
    failing = _failing(found, judged, increase=fail_on == "increase") if fail_on != "none" else {}
    show(diff_report(found, names=(before, after), failing=failing), form)
    changed = fail_on == "change" and not quantities and not found.same
    return int(bool(failing) or changed)


def _failing(found: "Comparison", judged: tuple[str, ...], *, increase: bool) -> dict[str, int]:
    """The quantities that increased, or changed at all, with their difference."""
    from lenetcalc.comparing.comparison import total

    differences = {name: total(found.after, name) - total(found.before, name) for name in judged}
    return {name: more for name, more in differences.items() if more > 0 or (more and not increase)}
