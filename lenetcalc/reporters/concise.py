"""The outcome in one line for each finding, as editors and other programs of a terminal read it."""

from lenetcalc.findings import Finding, Outcome
from lenetcalc.reporters.wording import elsewhere, located, plain, shown_path, summary, told_findings


def render(outcome: Outcome, *, quiet: bool, strict: bool) -> str:
    """``path:line:column: rule message`` for each finding, and a last line that sums up."""
    lines = [_line(finding) for finding in told_findings(outcome, quiet=quiet)]
    return "\n".join(lines if quiet else [*lines, summary(outcome, strict=strict)])


def _line(finding: Finding) -> str:
    about = f" (in {shown_path(finding.file)})" if elsewhere(finding) else ""
    return f"{located(finding.place)}: {finding.rule} {plain(finding.message)}{about}"
