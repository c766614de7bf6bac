"""``lenetcalc sizes``: the inputs on which a network builds."""

import click

from lenetcalc.cli.arguments import limit, network_of, shape_of
from lenetcalc.cli.options import element_size_option, format_option, max_layers_option
from lenetcalc.cli.printing import failed, show


@click.command(short_help="On which inputs a network builds.")
@click.argument("spec")
@click.argument("inputs", nargs=-1)
@element_size_option
@max_layers_option
@format_option
def sizes(spec: str, inputs: tuple[str, ...], element_size: int, max_layers: int | None, form: str) -> int:
    """Say on which square inputs the network of SPEC builds, and what it is on some, or on the INPUTS given.

    An input is one size of all axes, as in 224, the size along each, as in 224x320, or a shape with its
    channels, as in 3x224x320. The exit code is 1 where the network does not build on one of them, or without
    INPUTS on its own.
    """
    from lenetcalc.errors import SpecError
    from lenetcalc.graph import resolve
    from lenetcalc.report.sizes import sizes_report
    from lenetcalc.sizes import meant
    from lenetcalc.sizes import sizes as sizes_of

    try:
        graph = resolve(network_of(spec), **limit(max_layers))
    except SpecError as error:
        return failed(error, form)
    try:
        given = [meant(graph, shape_of(text)) for text in inputs]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="INPUTS") from None
    found = sizes_of(graph, given)
    show(sizes_report(found, element_size=element_size), form)
    return int(any(trial.faults for trial in found.trials))
