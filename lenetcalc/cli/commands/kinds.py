"""``lenetcalc kinds``: the kinds of layers."""

import click

from lenetcalc.cli.arguments import unknown
from lenetcalc.cli.options import format_option
from lenetcalc.cli.printing import show


@click.command(short_help="The kinds of layers.")
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
    show(kinds_report([*canonical]), form)
