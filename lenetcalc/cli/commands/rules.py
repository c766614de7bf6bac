"""``lenetcalc rules``: what a check can find."""

import click

from lenetcalc.cli.arguments import unknown
from lenetcalc.cli.options import format_option
from lenetcalc.cli.printing import show


@click.command(short_help="What a check can find.")
@click.argument("names", nargs=-1, metavar="[RULE]...")
@format_option
def rules(names: tuple[str, ...], form: str) -> None:
    """List the rules that a finding of check can be of, or explain the RULEs named."""
    from lenetcalc.findings import RULES
    from lenetcalc.report.rules import rules_report

    for name in names:
        if name not in RULES:
            raise click.BadParameter(unknown(name, RULES), param_hint="RULE")
    show(
        rules_report([RULES[name] for name in dict.fromkeys(names)] or [*RULES.values()], whole=bool(names)),
        form,
    )
