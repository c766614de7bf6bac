"""From the outcome of a check to a text: a reporter for each reader, chosen by name."""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lenetcalc.findings import Outcome

REPORTERS: Mapping[str, str] = {
    "text": "lenetcalc.reporters.text",
    "concise": "lenetcalc.reporters.concise",
    "json": "lenetcalc.reporters.json",
    "github": "lenetcalc.reporters.github",
    "markdown": "lenetcalc.reporters.markdown",
    "gitlab": "lenetcalc.reporters.gitlab",
    "sarif": "lenetcalc.reporters.sarif",
    "junit": "lenetcalc.reporters.junit",
}
"""Every way to report a check, and the module that does it, loaded only when it is asked for."""

DEFAULT = "text"
"""The way that is taken where none is asked for."""

IN_JSON = frozenset({"json", "gitlab", "sarif"})
"""Those whose text is JSON, which a stream of ASCII alone is given in JSON's own escapes."""


def reported(outcome: "Outcome", form: str, *, quiet: bool = False, strict: bool = False) -> str:
    """The outcome as a text by the reporter of that name.

    A ``quiet`` one for people tells errors and warnings alone; a document for programs is always whole. Where
    a check is ``strict``, warnings fail it.
    """
    text: str = import_module(REPORTERS[form]).render(outcome, quiet=quiet, strict=strict)
    return text
