"""``lenetcalc check``: whether networks are what their specs say, and keep their limits."""

import os
import sys
from typing import TYPE_CHECKING

import click

from lenetcalc.cli.arguments import file_to_write, limit, rules_of
from lenetcalc.cli.options import max_layers_option
from lenetcalc.cli.printing import appended, echo, written
from lenetcalc.reporters import DEFAULT, IN_JSON, REPORTERS, reported

if TYPE_CHECKING:
    from lenetcalc.findings import Outcome


@click.command(short_help="Hold networks to their figures and limits.")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format",
    "form",
    type=click.Choice([*REPORTERS]),
    default=DEFAULT,
    show_default=True,
    envvar="LENETCALC_FORMAT",
    show_envvar=True,
    help="How findings are told.",
)
@click.option(
    "-o", "--output", type=click.Path(), help="Write to this file, and the summary to the terminal."
)
@click.option(
    "--summary",
    "summary_file",
    type=click.Path(),
    help="Append the findings in Markdown to this file; with github, by itself to the job's summary.",
)
@click.option("--select", multiple=True, metavar="RULE,…", help="Tell findings of these rules alone.")
@click.option("--ignore", multiple=True, metavar="RULE,…", help="Leave findings of these rules out.")
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 also where there are findings.")
@click.option("-q", "--quiet", is_flag=True, help="Tell errors and warnings alone, no notes and no summary.")
@max_layers_option
def check(
    paths: tuple[str, ...],
    form: str,
    output: str | None,
    summary_file: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    strict: bool,
    exit_zero: bool,
    quiet: bool,
    max_layers: int | None,
) -> int:
    """Check that networks are what their specs say, and keep their limits.

    A PATH is a file, a directory, a glob, the name of a packaged network, or - for a spec on standard input;
    without one the working directory is searched. A network must build, have the figures that expect: states,
    and keep the limits of budget:, in its spec or in a policy. The exit code is 1 where there is an error, or
    with --strict a warning, and 2 where there is nothing to check.
    """
    from lenetcalc.findings import RULES
    from lenetcalc.reporters.wording import summary

    selected, ignored = rules_of(select, "--select") or [*RULES], rules_of(ignore, "--ignore")
    file_to_write(output, "--output")
    file_to_write(summary_file, "--summary")
    outcome = _outcome(paths or (".",), max_layers).only(selected, ignored)
    text = reported(outcome, form, quiet=quiet, strict=strict)
    if output is not None:
        written(text, output)
    elif text:
        echo(text, sys.stdout, json=form in IN_JSON)
    if output is not None and not quiet:
        echo(summary(outcome, strict=strict), sys.stderr)
    if form == "github" and summary_file is None:
        summary_file = os.environ.get("GITHUB_STEP_SUMMARY") or None
    if summary_file is not None:
        appended(reported(outcome, "markdown", strict=strict), summary_file)
    return int(outcome.fails(strict=strict) and not exit_zero)


def _outcome(paths: tuple[str, ...], max_layers: int | None) -> "Outcome":
    """What is found at the paths; raises `click.UsageError` where there is nothing to check."""
    from lenetcalc.checking.files import CallError
    from lenetcalc.checking.run import check as checked
    from lenetcalc.checking.run import check_stdin, processors
    from lenetcalc.cli.arguments import standard_input

    if "-" in paths:
        if len(paths) > 1:
            raise click.UsageError("- stands alone: standard input holds one spec")
        return check_stdin(standard_input(), **limit(max_layers))
    try:
        return checked(*paths, processes=processors(), **limit(max_layers))
    except CallError as error:
        raise click.UsageError(str(error)) from None
