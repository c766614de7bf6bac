"""From an analysis to a report: neutral tables, and a renderer for each format, which returns a text."""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lenetcalc.report.model import Report

RENDERERS: Mapping[str, str] = {
    "table": "lenetcalc.report.text",
    "colours": "lenetcalc.report.terminal",
    "json": "lenetcalc.report.json",
    "markdown": "lenetcalc.report.markdown",
}
"""Every way to render a report, and the module that does it, loaded only when it is asked for."""

FORMATS = ("table", "json", "markdown")
"""The ways that one may ask for; colours come by themselves, on a terminal."""

WIDTH = 80
"""Characters of a line where no terminal says how many it has."""


def render(report: "Report", renderer: str, *, width: int = WIDTH) -> str:
    """The report as a text by the renderer of that name, folded at ``width`` where it has lines to fold."""
    text: str = import_module(RENDERERS[renderer]).render(report, width=width)
    return text
