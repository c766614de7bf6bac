"""Where the values of a YAML or JSON text stand, and how to replace some and leave all else as it is."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import Any, TypeAlias

import yaml

from lenetcalc.source import Path, events, parse

Style: TypeAlias = str
"""How a value is written: `FLOW` or `BLOCK`; of a scalar its quotes or sign, nothing where it is plain."""

FLOW, BLOCK = "flow", "block"
SCALAR_BLOCKS = ("|", ">")

BREAKS = "\r\n\x85\u2028\u2029"
"""The characters at which YAML ends a line."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a value stands in a text: from ``start`` to ``end``, its key (or itself) from ``key``.

    A list or mapping without brackets ends with its last value; the whole of a document where it does.
    """

    start: int
    end: int
    style: Style
    key: int


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of a text, and what is to stand in its place."""

    start: int
    end: int
    text: str


def spliced(text: str, edits: Iterable[Edit]) -> str:
    """A text with pieces replaced, none of which overlap."""
    parts, at = [], 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*parts, text[at:]])


def spans(text: str) -> Mapping[Path, Span]:
    """The span of every value of a document that `parse` reads; there must be no byte order mark."""
    walk = _Walk(text)
    for event, start, end in events(text):
        walk.add(event, start, end)
    return walk.found


@dataclass(slots=True)
class _Frame:
    """A list or mapping of which some values were met."""

    path: Path
    span: Span
    mapping: bool
    end: int
    count: int = 0
    key: tuple[str, int] | None = None

    def value(self, start: int) -> tuple[Path, int]:
        """The path of its next value, and where its key begins."""
        if self.key:
            (name, at), self.key = self.key, None
            return (*self.path, name), at
        self.count += 1
        return (*self.path, self.count - 1), start


@dataclass(slots=True)
class _Walk:
    """The spans that were found, event by event."""

    text: str
    found: dict[Path, Span] = field(default_factory=dict)
    frames: list[_Frame] = field(default_factory=list)

    def add(self, event: yaml.Event, start: int, end: int) -> None:
        """Take the next event, which stands between two places of the text."""
        match event:
            case yaml.ScalarEvent() if self.frames and self.frames[-1].mapping and not self.frames[-1].key:
                self.frames[-1].key = (event.value, start)
                self.frames[-1].end = end
            case yaml.ScalarEvent():
                self._put(start, end, event.style or "")
            case yaml.CollectionStartEvent():
                path, span = self._put(start, end, FLOW if event.flow_style else BLOCK)
                self.frames.append(_Frame(path, span, isinstance(event, yaml.MappingStartEvent), end))
            case yaml.CollectionEndEvent():
                frame = self.frames.pop()
                self._end(frame.path, frame.span, end if frame.span.style == FLOW else frame.end)
            case yaml.DocumentEndEvent() if self.found[()].style == BLOCK:
                self._end((), self.found[()], start if event.explicit else len(self.text))

    def _put(self, start: int, end: int, style: Style) -> tuple[Path, Span]:
        path, key = self.frames[-1].value(start) if self.frames else ((), start)
        span = Span(start, end, style, key)
        self._end(path, span, end)
        return path, span

    def _end(self, path: Path, span: Span, end: int) -> None:
        self.found[path] = Span(span.start, end, span.style, span.key)
        if self.frames:
            self.frames[-1].end = end


@dataclass(frozen=True)
class SpannedText:
    """A text with the data that it holds, and where each value of them stands."""

    text: str
    data: Any
    spans: Mapping[Path, Span]

    @classmethod
    def read(cls, text: str) -> "SpannedText":
        """The document of a text without a byte order mark; raises `SpecError` where it is none."""
        return cls(text, parse(text, "<text>").data, spans(text))

    def __getitem__(self, path: Path) -> Any:
        """The value at a path."""
        return reduce(lambda value, step: value[step], path, self.data)

    @cached_property
    def json(self) -> bool:
        """Whether it is JSON, and must stay so."""
        try:
            json.loads(self.text)
        except ValueError:
            return False
        return True

    @property
    def broken_off(self) -> bool:
        """Whether it ends within a block of text, to which a line end would be added."""
        ends = [span.end for span in self.spans.values() if span.style in SCALAR_BLOCKS]
        return self.text[-1] not in BREAKS and len(self.text) in ends

    @cached_property
    def _lines(self) -> Sequence[int]:
        """Where lines begin."""
        return [0, *[found.end() for found in _BREAK.finditer(self.text)]]

    def line(self, at: int) -> int:
        """Where the line of a place begins."""
        return self._lines[bisect_right(self._lines, at) - 1]

    def indent(self, at: int) -> str:
        """The white space that the line of a place begins with."""
        line = self.text[self.line(at) : at]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def newline(self, at: int) -> str:
        """How the line before that of a place ends, or the first that does."""
        line = self.line(at)
        found = _NEWLINE.search(self.text, max(0, line - 2), line) or _NEWLINE.search(self.text)
        return found[0] if found else "\n"

    def spread(self, path: Path) -> bool:
        """Whether the entries of a mapping stand on lines of their own."""
        if self.spans[path].style == BLOCK or not self[path]:
            return self.spans[path].style == BLOCK
        key = self.spans[(*path, [*self[path]][-1])].key
        return self.line(key) > self.spans[path].start and not self.text[self.line(key) : key].strip(" \t")


_BREAK = re.compile(rf"\r\n|[{BREAKS}]")
_NEWLINE = re.compile(r"\r\n|[\r\n]")
