"""What the command line says of a call that failed, and how it says it in ASCII; it prints nothing."""

from pathlib import Path

import click

_ASCII = str.maketrans(
    {
        **{"×": "x", "−": "-", "–": "-", "─": "-", "→": "->", "…": "...", "·": "|", "Σ": "sum "},
        **{"≈": "~", "≥": ">=", "±": "+/-"},
        **{"⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")"},
    }
)
"""What stands for the signs of our tables and formulas where a stream knows only ASCII."""


def in_ascii(text: str, json: bool) -> str:
    """A text in ASCII: signs as they are typed, other characters escaped; JSON stays the same JSON."""
    from lenetcalc.report.json import in_ascii as json_in_ascii

    if json:
        return json_in_ascii(text)
    return text.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")


def usage(error: click.ClickException) -> str:
    """What is wrong with a call, and where its usage is told."""
    from lenetcalc.text import harmless

    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    message = harmless(error.format_message(), longest=1000)
    context = getattr(error, "ctx", None)
    return f"{message}\nusage: see {context.command_path} --help" if context else message


def stopped(error: OSError) -> str:
    """What the system would not do, and with which file."""
    from lenetcalc.text import harmless

    file = f"{harmless(error.filename)}: " if isinstance(error.filename, str) else ""
    return f"cannot go on: {file}{(error.strerror or str(error)).lower()}"


def bug(error: Exception) -> str:
    """One line that names a bug of ours: what was raised and where."""
    from lenetcalc.text import harmless

    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    what = f"{type(error).__name__}{where}: {harmless(error, 200)}"
    return f"internal error: {what}; please report it with the spec"
