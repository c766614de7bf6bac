"""Text in Markdown, for reports and checks alike: of a name or a sentence nothing is made but itself.

Beside Markdown's own signs there are those that the site which shows it gives a meaning: names that are
notified, numbers and addresses that become links, pictures, formulas.
"""

import re
from collections.abc import Iterable

_MARKUP = re.compile(r"""[\\`*_{}\[\]<>|~!&$^"'=@#]|:(?!\s|$)|(?<=[wW])\.""")
_BREAK = "&#8203;"  # a space of no width, so that no name is notified, no number linked and no picture drawn
_PLAIN = re.compile(r"[\w ×→−±–·…≥?.,;:()%+/='\"-]*")
_STEERING = re.compile(r"(?<![^\W_])_|_(?![^\W_])|:\S|//|www\.|GH-[0-9]|[0-9a-f]{7}|=.*=", re.IGNORECASE)
"""In a text of plain characters alone: emphasis, an emoji, an address, an issue, a commit."""


def row(cells: Iterable[str]) -> str:
    """A row of a table, of cells that are Markdown already."""
    return f"| {' | '.join(cells)} |"


def prose(text: str) -> str:
    """A text of which Markdown makes nothing but itself, with an entity for each sign that has a meaning.

    >>> prose("a*b")
    'a&#42;b'
    """
    return _MARKUP.sub(_entity, text)


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};" + (_BREAK if found[0] in "@#:" else "")


def code(text: str, *, in_table: bool = True) -> str:
    r"""A text as code, between more backticks than it has in a row: no markup, link or mention is in one.

    In a table a bar needs an odd number of backslashes before it: with an even one it ends the cell.

    >>> code("a`b|c"), code("a|b", in_table=False)
    ('``a`b\\|c``', '`a|b`')
    """
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    padding = " " if not text.strip(" ") or text[0] in "` " or text[-1] in "` " else ""
    if in_table:
        text = re.sub(r"(\\*)\|", lambda found: found[1] + "\\" * (1 + len(found[1]) % 2) + "|", text)
    return f"{fence}{padding}{text}{padding}{fence}"


def readable(text: str, *, in_table: bool = True) -> str:
    """A text as it stands where nothing in it could be markup, otherwise as code.

    >>> readable("C3 table +900"), readable("[5, 3]")
    ('C3 table +900', '`[5, 3]`')
    """
    plain = _PLAIN.fullmatch(text) and not _STEERING.search(text)
    return text if plain else code(text, in_table=in_table)
