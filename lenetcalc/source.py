"""A YAML or JSON text as plain data, with the place of every key and value.

Built from libyaml's events with a stack of its own: the composers of the YAML libraries recurse, and crash on
a deep enough text, or expand aliases without bound. What a spec has no use for is refused with the way to
write it instead. Scalars are those of YAML 1.2's core schema.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, TypeAlias

import yaml

from lenetcalc.errors import Fault, Place, SpecError
from lenetcalc.text import harmless

Path: TypeAlias = tuple[str | int, ...]
"""Keys and indexes that lead from the top of a document to a value."""

KEY = "\0key"
"""The last step of the path of a key itself, not of its value."""

MOST_BYTES = 2**20
DEEPEST = 32
MOST_NODES = 200_000
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
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True)
class Source:
    """A document as data, and the line and column of each of its keys and values."""

    file: str
    data: Any
    marks: Mapping[Path, tuple[int, int]]

    def place(self, path: Path = ()) -> Place:
        """Where the value at a path stands, or the nearest that encloses it.

        Steps that lead nowhere are left out; a path that ends in `KEY` is that of the key before it.
        """
        found: Path = ()
        for step in path:
            if (*found, step) in self.marks:
                found = (*found, step)
        return Place(self.file, *self.marks.get(found, (0, 0)))


def parse(text: str | bytes, file: str) -> Source:
    """Read a document.

    Raises:
        SpecError: the text is no document that a spec may be; one fault, with its place.
    """
    if len(text) > MOST_BYTES:
        raise _refused(file, f"the file has over {MOST_BYTES:,} bytes", "a spec has at most 1 MiB")
    text = _unescaped(_decoded(text, file))
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
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


def _position(event: yaml.Event) -> tuple[int, int]:
    """Line and column of an event, counted from 1."""
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_NOTHING = object()


def _no_yaml(error: Exception, text: str, file: str) -> Fault:
    """What the YAML library says of a text that it cannot read, with the place."""
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        problem = ", ".join(filter(None, (error.context, error.problem)))
        return Fault(f"this is no YAML: {harmless(problem, 200)}", place=place)
    if isinstance(error, yaml.reader.ReaderError):
        before = text[: error.position].splitlines() or [""]
        place = Place(file, len(before), len(before[-1]) + 1)
        return Fault(f"this is no YAML: {harmless(error.reason, 200)}", place=place)
    return Fault(f"this is no YAML: {harmless(error, 200)}", place=Place(file))


def _refused(file: str, fault: str, rule: str = "", hint: str = "") -> SpecError:
    return SpecError([Fault(fault, rule, hint, Place(file))])


def _decoded(text: str | bytes, file: str) -> str:
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = text[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        fault = Fault(
            f"byte {text[error.start]:#04x} is not UTF-8",
            "a spec is UTF-8 text",
            "save the file as UTF-8",
            Place(file, line, column),
        )
        raise SpecError([fault]) from None


def _unescaped(text: str) -> str:
    """JSON writes a character beyond 16 bits as two escapes, which YAML does not know."""
    return _SURROGATES.sub(
        lambda found: (
            found[1] + chr(0x10000 + ((int(found[2], 16) & 0x3FF) << 10) + (int(found[3], 16) & 0x3FF))
        ),
        text,
    )


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
    root: Any = _NOTHING
    marks: dict[Path, tuple[int, int]] = field(default_factory=dict)
    frames: list[_Frame] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

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
                self._add_scalar(event, None)
            case yaml.ScalarEvent():
                self._check_plain(event)
                self._add_scalar(event, self._value(event) if event.implicit[0] else event.value)
            case yaml.SequenceStartEvent():
                self._check_plain(event)
                self._open(event, [])
            case yaml.MappingStartEvent():
                self._check_plain(event)
                self._open(event, {})

    def _refuse(self, event: yaml.Event, fault: str, rule: str = "", hint: str = "") -> None:
        self.faults.append(Fault(fault, rule, hint, Place(self.file, *_position(event))))

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
                f"{harmless(event.tag)} is a tag",
                "values have the types that they show",
                "take it away; quotes make a text",
            )
        if len(self.marks) > 2 * MOST_NODES:
            self._refuse(event, f"there are over {MOST_NODES:,} values", "a spec has at most that many")
            raise self._stop()

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
        path: Path = ()
        if self.frames:
            path = self.frames[-1].put(value)
        else:
            self.root = value
        self.marks.setdefault(path, _position(event))
        return path

    def _add_scalar(self, event: yaml.NodeEvent, value: Any) -> None:
        if self.frames and self.frames[-1].wants_key:
            self._add_key(event, self.frames[-1])
        else:
            self._put(event, value)

    def _add_key(self, event: yaml.NodeEvent, frame: _Frame) -> None:
        key = event.value if isinstance(event, yaml.ScalarEvent) else ""
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
        self.marks.setdefault(path, _position(event))
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
