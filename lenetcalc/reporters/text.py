"""The outcome for a person: every finding with what helps to mend it, then how much was checked."""

from lenetcalc.findings import Outcome
from lenetcalc.reporters.wording import summary, told, told_findings


def render(outcome: Outcome, *, quiet: bool, strict: bool) -> str:
    """A few lines for each finding, and a last one that sums up."""
    lines = [told(finding) for finding in told_findings(outcome, quiet=quiet)]
    return "\n".join(lines if quiet else [*lines, summary(outcome, strict=strict)])
