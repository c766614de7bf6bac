"""From an analysis to a report: neutral tables, and a renderer for each format, which returns a text."""

from collections.abc import Callable, Mapping

from lenetcalc.report import json, text
from lenetcalc.report.model import Report

RENDERERS: Mapping[str, Callable[[Report], str]] = {"table": text.render, "json": json.render}
"""Every output format, by the name that the command line gives it."""
