"""New entries for a mapping in a YAML or JSON text, laid out as those around them."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from lenetcalc.freezing.splicing import BLOCK, BREAKS, Edit, SpannedText, Style
from lenetcalc.source import Path

Tree: TypeAlias = "Mapping[str, Tree] | int | tuple[int, ...]"
"""What is added: numbers and shapes, by names."""

_PLAIN = re.compile(r"(?!(?:null|true|false|yes|no|on|off|y|n)\Z)[^\W\d][\w.-]*", re.IGNORECASE)
"""Keys that every reader of YAML takes for a text without quotes."""

_TO_COMMA = re.compile(rf"(?:[ \t{BREAKS}]|#[^{BREAKS}]*+)*+,")
_COMMENT = re.compile(rf"[ \t]*(?:#[^{BREAKS}]*)?(?=[{BREAKS}])")
_LINE = re.compile(rf"[^{BREAKS}]*(?:\r\n|[{BREAKS}]|\Z)")


def added(
    document: SpannedText, path: Path, entries: Mapping[str, Tree], *, levels: int = 0, lists: bool = False
) -> Iterator[Edit]:
    """The edits that add entries to the mapping at a path, behind its last.

    Where its entries stand on lines of their own, those added do, and ``levels`` of mappings within them;
    deeper ones take one line. With ``lists`` shapes are lists, otherwise written as 6x28x28.
    """
    span, keys = document.spans[path], [*document[path]]
    if not keys:
        inline = _Form(document.json, lists).inline(entries)
        yield Edit(span.start + 1, span.start + 1, inline[1:-1])
        return
    last = document.spans[(*path, keys[-1])]
    indent = document.text[document.line(last.key) : last.key]
    if span.style == BLOCK:
        indent = " " * (span.start - document.line(span.start))
    form = _Form(document.json, lists, document.newline(last.key), _deeper(document.indent(span.key), indent))
    if span.style == BLOCK:
        lines = [indent + entry for entry in form.entries(entries, indent, levels, BLOCK)]
        yield below(document.text, span.end, lines, form.newline)
    elif document.spread(path):
        lines = [form.newline + indent + entry for entry in form.entries(entries, indent, levels)]
        yield from _before_brace(document.text, last.end, ",".join(lines))
    else:
        yield Edit(last.end, last.end, f", {form.inline(entries)[1:-1]}")


def _deeper(outer: str, inner: str) -> str:
    """How much deeper one indentation is than another; two spaces where it is not."""
    return inner.removeprefix(outer) if inner.startswith(outer) and inner != outer else "  "


def below(text: str, end: int, lines: Sequence[str], newline: str) -> Edit:
    """New lines below the one in which a mapping without braces ends."""
    if text[end - 1] not in BREAKS and (line := _LINE.match(text, end)):
        end = line.end()
    added = newline.join(lines)
    return Edit(end, end, added + newline if text[end - 1] in BREAKS else newline + added)


def _before_brace(text: str, end: int, lines: str) -> Iterator[Edit]:
    """New lines behind the last value of a mapping in braces, which ends there, and behind its comment."""
    comma = _TO_COMMA.match(text, end)
    comment = _COMMENT.match(text, comma.end() if comma else end)
    behind = comment.end() if comment else comma.end() if comma else end
    if not comma:
        yield Edit(end, end, ",")
    yield Edit(behind, behind, f"{lines}," if comma else lines)


@dataclass(frozen=True, slots=True)
class _Form:
    """How entries are written: whether as JSON, shapes as lists, with which line ends and indentation."""

    json: bool
    lists: bool
    newline: str = "\n"
    unit: str = "  "

    def key(self, name: str) -> str:
        """A name as a key."""
        return name if not self.json and _PLAIN.fullmatch(name) else quoted(name)

    def inline(self, tree: Tree) -> str:
        """Anything in one line."""
        if isinstance(tree, Mapping):
            return (
                f"{{{', '.join([f'{self.key(name)}: {self.inline(each)}' for name, each in tree.items()])}}}"
            )
        return shape(tree, lists=self.lists) if isinstance(tree, tuple) else str(tree)

    def entries(self, tree: Mapping[str, Tree], indent: str, levels: int, style: Style = "") -> list[str]:
        """The entries of a mapping, as many levels of them over several lines as said."""
        return [f"{self.key(name)}:{self._value(each, indent, levels, style)}" for name, each in tree.items()]

    def _value(self, tree: Tree, indent: str, levels: int, style: Style) -> str:
        if not isinstance(tree, Mapping) or not levels:
            return f" {self.inline(tree)}"
        inner = f"{indent}{self.unit}"
        lines = [f"{self.newline}{inner}{entry}" for entry in self.entries(tree, inner, levels - 1, style)]
        return "".join(lines) if style == BLOCK else f" {{{','.join(lines)}{self.newline}{indent}}}"


def shape(sizes: Sequence[int], *, lists: bool = False, sign: str = "x") -> str:
    """A shape as a spec writes it."""
    if len(sizes) == 1:
        return str(sizes[0])
    return f"[{', '.join(map(str, sizes))}]" if lists else sign.join(map(str, sizes))


def quoted(name: str) -> str:
    """A text in double quotes, which YAML and JSON read alike."""
    return "".join(
        sign if sign.isprintable() or ord(sign) > 0xFFFF else f"\\u{ord(sign):04x}"
        for sign in json.dumps(name, ensure_ascii=False)
    )
