"""``lenetcalc schema``: the JSON Schema of specs and policies."""

import sys

import click

from lenetcalc.cli.printing import echo


@click.command(short_help="The JSON Schema of specs and policies.")
@click.argument("document", type=click.Choice(["spec", "policy"]), default="spec")
def schema(document: str) -> None:
    """Print the JSON Schema of specs, or of policies, for editors and other tools."""
    from lenetcalc.report.json import dumps
    from lenetcalc.schema import json_schema, policy_schema

    echo(dumps(policy_schema() if document == "policy" else json_schema()), sys.stdout, json=True)
