"""A YAML or JSON text as plain data, with the place of every key and value.

Built from libyaml's events with a stack of its own: the composers of the YAML libraries recurse, and crash on
a deep enough text, or expand aliases without bound. What a spec has no use for is refused with the way to
write it instead. Scalars are those of YAML 1.2's core schema.
"""

import re
from bisect import bisect_left
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, TypeAlias

import yaml

from lenetcalc.errors import MOST_FAULTS, Fault, Place, SpecError
from lenetcalc.text import harmless

Path: TypeAlias = tuple[str | int, ...]
"""Keys and indexes that lead from the top of a document to a value."""

KEY = "\0key"
"""The last step of the path of a key itself, not of its value."""

MOST_BYTES = 2**20
DEEPEST = 32
MOST_VALUES = 100_000
MOST_DIGITS = 18
LONGEST_KEY = 200

_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_OTHER_NUMBER = re.compile(
    r"[-+]?(0x[0-9a-fA-F_]+|0o[0-7_]+|0b[01_]+|\.(inf|Inf|INF)|\.(nan|NaN|NAN))", re.ASCII
)
_CONSTANTS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_FORBIDDEN = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML 1.2 does not allow in a text (5.1, c-printable)."""

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"?')
_SHORTER = 11
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True)
class Source:
    """A document as data, and the line and column of each of its keys and values.

    Two are equal whatever they hold: where a spec was read is no part of what it says.
    """

    file: str = field(compare=False)
    data: Any = field(compare=False)
    marks: Mapping[Path, tuple[int, int]] = field(compare=False)

    def place(self, path: Path = (), *, words: Iterable[str] = ()) -> Place:
        """Where the value at a path stands, or the nearest that encloses it.

        Steps that lead nowhere are left out; a path that ends in `KEY` is that of the key before it. With
        ``words`` it goes on to the first of them that is a key there.
        """
        found: Path = ()
        for step in path:
            if (*found, step) in self.marks:
                found = (*found, step)
        found = next(((*found, word) for word in words if (*found, word) in self.marks), found)
        return Place(self.file, *self.marks.get(found, (0, 0)))


def parse(text: str | bytes, file: str) -> Source:
    """Read a document.

    Raises:
        SpecError: the text is no document that a spec may be; one fault, with its place.
    """
    if len(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise _refused(file, f"the file has over {MOST_BYTES:,} bytes", "a spec has at most 1 MiB")
    text, shorter = _unescaped(_decoded(text, file))
    if forbidden := _FORBIDDEN.search(text):
        place = Place(file, *_line_and_column(text, forbidden.start()))
        raise SpecError([_control_character(forbidden[0], place)])
    builder = _Builder(file, shorter)
    try:
        for event in raw_events(text):
            builder.add(event)
    except SpecError:
        raise
    except (yaml.YAMLError, ValueError) as error:
        raise SpecError([_no_yaml(error, text, file)]) from None
    if builder.faults:
        raise SpecError(builder.faults)
    if builder.root is _NOTHING or builder.root is None:
        raise _refused(
            file,
            "the file is empty",
            "a spec needs lenetcalc, input and layers",
            "begin it with lenetcalc: 1",
        )
    return Source(file, builder.root, builder.marks)


_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_NOTHING = object()


def _control_character(character: str, place: Place) -> Fault:
    hint = (
        "save the file as UTF-8" if character == "\0" else "take it away, or write it as an escape in quotes"
    )
    return Fault(f"{harmless(character)} is a control character", "a spec is UTF-8 text", hint, place)


def _no_yaml(error: Exception, text: str, file: str) -> Fault:
    """What the YAML library says of a text that it cannot read, with the place."""
    if isinstance(error, yaml.MarkedYAMLError):
        unclosed = "quoted scalar" in (error.context or "") and "end of stream" in (error.problem or "")
        mark = error.context_mark if unclosed else error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        problem = ", ".join(filter(None, (error.context, error.problem)))
        if "nesting depth" in problem:  # libyaml's own limit, met while it looks ahead
            return Fault(f"values are nested over {DEEPEST} deep", "a spec nests less", place=place)
        return Fault(f"this is no YAML: {harmless(problem, 200)}", place=place)
    return Fault(f"this is no YAML: {harmless(error, 200)}", place=Place(file))


def _refused(file: str, fault: str, rule: str = "", hint: str = "") -> SpecError:
    return SpecError([Fault(fault, rule, hint, Place(file))])


def _decoded(text: str | bytes, file: str) -> str:
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    text = text.removeprefix(BOM_UTF8)
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        before = text[: error.start].decode("utf-8")
        place = Place(file, *_line_and_column(before, len(before)))
        fault = f"byte {text[error.start]:#04x} is not UTF-8"
        raise SpecError([Fault(fault, "a spec is UTF-8 text", "save the file as UTF-8", place)]) from None


def _line_and_column(text: str, index: int) -> tuple[int, int]:
    """The place of a character, counted from 1."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def _unescaped(text: str) -> tuple[str, Mapping[int, list[int]]]:
    """The text with characters beyond 16 bits joined, which JSON writes as two escapes, unknown to YAML.

    With it for each line the columns behind which `_SHORTER` characters are missing now.
    """
    lines, shorter = text.split("\n"), {}
    for index, line in enumerate(lines):
        if "\\ud" in line or "\\uD" in line:
            lines[index], shorter[index + 1] = _joined(line)
    return "\n".join(lines), shorter


def _joined(line: str) -> tuple[str, list[int]]:
    columns: list[int] = []

    def within(quoted: re.Match[str]) -> str:
        def join(pair: re.Match[str]) -> str:
            columns.append(quoted.start() + pair.start() - _SHORTER * len(columns))
            high, low = int(pair[2], 16) & 0x3FF, int(pair[3], 16) & 0x3FF
            return pair[1] + chr(0x10000 + (high << 10) + low)

        return _SURROGATES.sub(join, quoted[0])

    return _QUOTED.sub(within, line), columns


def raw_events(text: str) -> Iterator[yaml.Event]:
    """The events of a text as they are read; raises the YAML library's errors."""
    events: Iterator[yaml.Event] = yaml.parse(text, Loader=_LOADER)
    return events


def events(text: str) -> Iterator[tuple[yaml.Event, int, int]]:
    """The events of a text without a byte order mark, each with where it begins and ends as it is written."""
    joined, shorter = _unescaped(text)
    joins, start = [], 0
    for number, line in enumerate(joined.split("\n"), 1):
        joins += [start + column for column in shorter.get(number, ())]
        start += len(line) + 1
    for event in raw_events(joined):
        begin, end = [mark.index if mark else 0 for mark in (event.start_mark, event.end_mark)]
        yield event, begin + _SHORTER * bisect_left(joins, begin), end + _SHORTER * bisect_left(joins, end)


@dataclass(slots=True)
class _Frame:
    """A list or mapping that is being filled."""

    container: Any
    path: Path
    key: str | None = None

    @property
    def wants_key(self) -> bool:
        """Whether the next value is the key of a mapping."""
        return self.key is None and isinstance(self.container, dict)

    def put(self, value: Any) -> Path:
        """Take a value into the container, and say where it went."""
        if self.key is None:
            self.container.append(value)
            return (*self.path, len(self.container) - 1)
        path = (*self.path, self.key)
        self.container.setdefault(self.key, value)
        self.key = None
        return path


@dataclass(slots=True)
class _Builder:
    """Turns events into data, one at a time, collecting what a spec has no use for."""

    file: str
    shorter: Mapping[int, list[int]]
    root: Any = _NOTHING
    marks: dict[Path, tuple[int, int]] = field(default_factory=dict)
    frames: list[_Frame] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    values: int = 0

    def add(self, event: yaml.Event) -> None:
        """Take the next event; raises `SpecError` where reading on makes no sense."""
        match event:
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self.frames.pop()
            case yaml.DocumentStartEvent():
                self._begin(event)
            case yaml.AliasEvent():
                self._refuse(
                    event,
                    f"*{harmless(event.anchor)} is an alias",
                    "a spec repeats nothing by reference",
                    "write the value out",
                )
                if self.frames and self.frames[-1].wants_key:
                    self._add_key(event, f"*{event.anchor}")
                else:
                    self._put(event, None)
            case yaml.ScalarEvent() if self.frames and self.frames[-1].wants_key:
                self._check_plain(event)
                self._add_key(event, event.value)
            case yaml.ScalarEvent():
                self._check_plain(event)
                self._put(event, self._value(event) if event.implicit[0] else event.value)
            case yaml.SequenceStartEvent():
                self._check_plain(event)
                self._open(event, [])
            case yaml.MappingStartEvent():
                self._check_plain(event)
                self._open(event, {})

    def _position(self, event: yaml.Event) -> tuple[int, int]:
        """Line and column of an event in the text as it was written, counted from 1."""
        mark = event.start_mark
        if mark is None:
            return (0, 0)
        line, column = mark.line + 1, mark.column + 1
        if line in self.shorter:
            column += _SHORTER * bisect_left(self.shorter[line], mark.column)
        return (line, column)

    def _refuse(self, event: yaml.Event, fault: str, rule: str = "", hint: str = "") -> None:
        self.faults.append(Fault(fault, rule, hint, Place(self.file, *self._position(event))))
        if len(self.faults) > MOST_FAULTS:
            raise self._stop()

    def _stop(self) -> SpecError:
        return SpecError(self.faults)

    def _begin(self, event: yaml.Event) -> None:
        if self.root is not _NOTHING:
            self._refuse(
                event, "a second document begins", "a file holds one spec", "put it in a file of its own"
            )
            raise self._stop()

    def _check_plain(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        """Note anchors and tags; stop a document without end."""
        if event.anchor is not None:
            self._refuse(
                event,
                f"&{harmless(event.anchor)} is an anchor",
                "a spec repeats nothing by reference",
                "take it away and write the value out where it is needed again",
            )
        if event.tag is not None:
            self._refuse(
                event,
                f"{harmless(event.tag.replace('tag:yaml.org,2002:', '!!'))} is a tag",
                "values have the types that they show",
                "take it away; quotes make a text",
            )

    def _open(self, event: yaml.Event, container: Any) -> None:
        if len(self.frames) == DEEPEST:
            self._refuse(event, f"values are nested over {DEEPEST} deep", "a spec nests less")
            raise self._stop()
        if self.frames and self.frames[-1].wants_key:
            self._refuse(
                event, "a key is a list or a mapping", "keys are words", "put quotes around the text"
            )
            raise self._stop()
        self.frames.append(_Frame(container, self._put(event, container)))

    def _put(self, event: yaml.Event, value: Any) -> Path:
        """Place a value where it belongs, and remember where it stands."""
        self.values += 1
        if self.values > MOST_VALUES:
            self._refuse(event, f"there are over {MOST_VALUES:,} values", "a spec has at most that many")
            raise self._stop()
        path: Path = ()
        if self.frames:
            path = self.frames[-1].put(value)
        else:
            self.root = value
        self.marks.setdefault(path, self._position(event))
        return path

    def _add_key(self, event: yaml.NodeEvent, key: str) -> None:
        frame = self.frames[-1]
        if key == "<<":
            self._refuse(
                event, "<< is a merge key", "a spec repeats nothing by reference", "write the fields out"
            )
        if len(key) > LONGEST_KEY:
            self._refuse(event, f"a key has {len(key):,} characters", f"a key has at most {LONGEST_KEY}")
        path = (*frame.path, key, KEY)
        if path in self.marks:
            line, column = self.marks[path]
            self._refuse(
                event,
                f"{harmless(key)} stands twice",
                f"it is given in line {line}, column {column} already",
                "keep one of them",
            )
        self.marks.setdefault(path, self._position(event))
        frame.key = key

    def _value(self, event: yaml.ScalarEvent) -> Any:
        """The value of a scalar without quotes, by YAML 1.2's core schema."""
        text = event.value
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if text[0] not in "+-.0123456789":
            return text
        if _INTEGER.fullmatch(text):
            return self._integer(event, text)
        if _FLOAT.fullmatch(text):
            return self._float(event, text)
        if _OTHER_NUMBER.fullmatch(text):
            self._refuse(
                event,
                f"{harmless(text)} is no number here",
                "numbers are decimal and finite",
                "write 10 or 0.5",
            )
        return text

    def _integer(self, event: yaml.Event, text: str) -> int:
        if len(text.lstrip("+-0")) > MOST_DIGITS:
            self._refuse(
                event,
                f"{harmless(text, 24)} has {len(text):,} digits",
                f"a number in a spec has at most {MOST_DIGITS}",
            )
            return 0
        return int(text)

    def _float(self, event: yaml.Event, text: str) -> float:
        number = float(text)
        if not isfinite(number):
            self._refuse(event, f"{harmless(text, 24)} is too large", "numbers are finite")
            return 0.0
        return number
