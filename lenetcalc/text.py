"""Words and numbers as a person reads them, and user text made harmless."""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import islice
from unicodedata import category

LONGEST = 80
"""Characters of user text that a message or a table shows; the rest is cut with an ellipsis."""

LONGEST_COMPARED = 40
"""Characters of two words that are compared."""

MOST_KNOWN = 100
"""Known words among which the nearest to a misspelt one is looked for, where nothing else is said."""

_DANGEROUS = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, bidirectional and invisible marks, surrogates


COMMAND = re.compile(r"##(\w{0,20})\[")
"""How a command begins that a runner of workflows obeys anywhere in a line: GitHub's, Azure's, TeamCity's."""

_COMMAND_OF_A_LINE = re.compile(r"(?:(?<=\s)|^)::")
"""How a command of GitHub's begins, which its runner obeys at the beginning of a line, behind blanks too."""


def harmless(text: object, longest: int = LONGEST) -> str:
    r"""User text that can steer neither a terminal nor the runner of a workflow, nor flood it.

    >>> harmless("C1\x1b[31m"), harmless("::error::"), harmless("C1 ##[group]")
    ('C1\\x1b[31m', '\\x3a:error::', 'C1 ##\\x5bgroup]')
    """
    shown = str(text) if not isinstance(text, int) else digits(text)
    if len(shown) > longest:
        shown = shown[: longest - 1] + "…"
    if "##" in shown or "::" in shown:
        shown = _COMMAND_OF_A_LINE.sub(r"\\x3a:", COMMAND.sub(r"##\1\\x5b", shown))
    if shown.isascii() and shown.isprintable():
        return shown
    return "".join(_escaped(character) for character in shown)


def _escaped(character: str) -> str:
    if category(character) not in _DANGEROUS:
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def digits(number: int) -> str:
    """The decimal digits of a whole number, also of one that Python refuses to print."""
    try:
        return str(number)
    except ValueError:  # CPython prints at most 4,300 digits (CVE-2020-10735)
        return f"a number of {number.bit_length()} bits"


def an(words: str) -> str:
    """Words with their article: ``a 5×5 kernel``, ``an 8×8 map``, ``an upsample layer``."""
    number = re.match("[0-9]*", words)
    leading = number[0][: len(number[0]) % 3 or 3] if number else ""  # eleven thousand
    vowel = leading.startswith("8") or leading in ("11", "18") or words[:1] in "aeiou"
    return f"{'an' if vowel else 'a'} {words}"


def times(sizes: Iterable[int]) -> str:
    """Sizes along axes as a product: ``6×28×28``."""
    return "×".join(map(str, sizes))


def listed(words: Iterable[object], last: str = "and", *, most: int = 50) -> str:
    """A list in a sentence, cut after the ``most`` words that it may have.

    >>> listed(["conv", "pool", "dense"])
    'conv, pool and dense'
    """
    several = list(words)
    shown = [harmless(word) for word in several[:most]] + (["…"] if len(several) > most else [])
    return f" {last} ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def plural(count: int, noun: str) -> str:
    """A count with its noun: ``1 layer``, ``7 layers``, ``2 axes``."""
    several = f"{noun.removesuffix('is')}es" if noun.endswith("is") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else several}"


def nearest(word: str, known: Iterable[str], *, most: int = MOST_KNOWN) -> str | None:
    """The known word that a misspelt one most likely meant, whatever its case."""
    spelled: dict[str, str] = {}
    for name in islice(known, most):
        spelled.setdefault(name[:LONGEST_COMPARED].casefold(), name)
    close: Sequence[str] = get_close_matches(word[:LONGEST_COMPARED].casefold(), spelled, n=1, cutoff=0.65)
    return spelled[close[0]] if close else None
