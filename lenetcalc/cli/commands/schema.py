"""``lenetcalc schema``: the JSON Schema of specs."""

import sys

import click

from lenetcalc.cli.printing import echo


@click.command()
def schema() -> None:
    """Print the JSON Schema of specs, for editors and other tools."""
    from lenetcalc.report.json import dumps
    from lenetcalc.schema import json_schema

    echo(dumps(json_schema()), sys.stdout, json=True)
