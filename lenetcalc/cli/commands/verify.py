"""``lenetcalc verify``: the formulas of a network, proved by running it."""

import click

from lenetcalc.cli.arguments import limit, network_of, on_inputs
from lenetcalc.cli.options import format_option, input_option, max_layers_option
from lenetcalc.cli.printing import failed, followed, show


@click.command(short_help="Prove the formulas by running them.")
@click.argument("spec")
@input_option
@max_layers_option
@format_option
def verify(spec: str, inputs: tuple[str, ...], max_layers: int | None, form: str) -> int:
    """Prove the formulas of SPEC by running its layers on numbers that count.

    Every layer's shape, operations, weights and links between units are executed and compared with what its
    formulas say; layers too large to be run whole are run on fewer channels and positions. The exit code is 1
    where anything differs.
    """
    from lenetcalc.analysis import analyze
    from lenetcalc.errors import SpecError
    from lenetcalc.reference.verify import jobs, prove
    from lenetcalc.report.verify import verify_report

    try:
        network = on_inputs(network_of(spec), inputs)
        analysis = analyze(network, **limit(max_layers))
    except SpecError as error:
        return failed(error, form)
    distinct = jobs(analysis)
    proofs = [*followed(map(prove, distinct), len(distinct))]
    show(verify_report(analysis.spec.title, proofs), form)
    return int(any(proof.differences for proof in proofs))
