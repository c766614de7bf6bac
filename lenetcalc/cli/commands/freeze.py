"""``lenetcalc freeze``: the figures of a network, written into its spec."""

import sys
from pathlib import Path
from typing import Any

import click

from lenetcalc.cli.arguments import content_of, limit
from lenetcalc.cli.options import max_layers_option
from lenetcalc.cli.printing import echo, put


@click.command(short_help="Write the computed figures into specs.")
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@click.option("--layers", is_flag=True, help="State the figures of every layer, not only those of the whole.")
@click.option(
    "--diff", is_flag=True, help="Write nothing; show what would change, and exit with 1 if anything."
)
@max_layers_option
def freeze(specs: tuple[str, ...], layers: bool, diff: bool, max_layers: int | None) -> int:
    """Write the computed figures into each SPEC, under expect:.

    Figures that are stated and differ are replaced; comments, order and layout stay. A spec without expect:
    gets those of the whole network. What stands under published: is never touched. Of - for standard input
    the new text is printed.
    """
    from lenetcalc.errors import SpecError

    codes = []
    for spec in specs:
        try:
            codes.append(_freeze(spec, layers, diff, limit(max_layers)))
        except SpecError as error:
            echo(str(error), sys.stderr)
            codes.append(2)
    return max(codes)


def _freeze(spec: str, layers: bool, diff: bool, limits: dict[str, Any]) -> int:
    """Freeze one spec; the exit code, or `SpecError`."""
    from lenetcalc.analysis import analyze
    from lenetcalc.cli.rewriting import difference, rewrite
    from lenetcalc.freezing.freeze import freeze as frozen
    from lenetcalc.spec import loads

    if not diff:
        _refuse_packaged(spec)
    file, content = content_of(spec)
    analysis = analyze(loads(content, file=file), **limits)
    text = content.decode("utf-8")
    done = frozen(text, analysis, layers=layers)
    if diff:
        if done.text != text:
            echo(difference(file, text, done.text), sys.stdout)
        return int(done.text != text)
    if spec == "-":
        put(done.text.encode("utf-8"))
        return 0
    if done.text != text:
        rewrite(file, content, done.text.encode("utf-8"))
    echo(_told(file, done.written, done.kept), sys.stdout)
    return 0


def _refuse_packaged(spec: str) -> None:
    """Raise `SpecError` for the name of a network that comes with lenetcalc."""
    from lenetcalc.errors import Fault, Place, SpecError
    from lenetcalc.spec import packaged

    if spec in packaged() and not Path(spec).is_file():
        rule, hint = "only files of your own are written", "--diff shows what would change"
        raise SpecError([Fault("this is a packaged network", rule, hint, Place(spec))])


def _told(file: str, written: int, kept: int) -> str:
    """What was done to a file."""
    from lenetcalc.errors import Place
    from lenetcalc.text import plural

    if not written + kept:
        return f"{Place(file)}: no figures are stated"
    if not written:
        return f"{Place(file)}: {plural(kept, 'figure')} as {'they were' if kept > 1 else 'it was'}"
    rest = f", {kept:,} as {'they were' if kept > 1 else 'it was'}" if kept else ""
    return f"{Place(file)}: {plural(written, 'figure')} written{rest}"
