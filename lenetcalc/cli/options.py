"""The options that commands share, or that say much of themselves."""

from math import isfinite

import click

from lenetcalc.report import FORMATS


def finite(context: click.Context, option: click.Parameter, value: float) -> float:
    """A number that is one; raises `click.BadParameter` for NaN and infinity."""
    if not isfinite(value):
        raise click.BadParameter(f"{value} is no number that values can differ by")
    return value


format_option = click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True
)
input_option = click.option(
    "--input", "inputs", multiple=True, help="Another input, as in 1x28x28, or NAME=1x28x28."
)
element_size_option = click.option(
    "--element-size", type=click.IntRange(1, 64), default=4, show_default=True, help="Bytes of a value."
)
max_layers_option = click.option(
    "--max-layers",
    type=click.IntRange(1, 1_000_000),
    help="Layers that a network may have, its blocks and repetitions written out.",
)
convention_option = click.option(
    "--convention",
    "conventions",
    multiple=True,
    help="Count as a tool does: torchinfo, fvcore, thop, ptflops, …; several make columns.",
)
numbers_option = click.option(
    "--numbers",
    "sort",
    type=click.Choice(["float", "fraction", "int"]),
    default="float",
    show_default=True,
    help="What is computed in.",
)
tolerance_option = click.option(
    "--tolerance",
    type=click.FloatRange(min=0),
    default=1e-5,
    show_default=True,
    callback=finite,
    help="How far off a value may be, as a part of it where it is above 1.",
)
written_format_option = click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS, "safetensors"]),
    help="What is printed or written; where it is not stated, what the ending of the file says, or a table.",
)
depth_option = click.option(
    "--depth",
    type=click.IntRange(min=0),
    default=0,
    help="Fold blocks so deep into a row each: 1 the outermost, 0 none.",
)
