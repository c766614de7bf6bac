"""Reading YAML and JSON: values, places and limits."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from lenetcalc import source
from lenetcalc.analysis import analyze
from lenetcalc.errors import SpecError
from lenetcalc.source import KEY, MOST_BYTES, MOST_VALUES, parse
from lenetcalc.spec import loads

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "cases"
HEAD = "lenetcalc: 1\ninput: 1x28x28\n"


def values(text: str | bytes) -> Any:
    """The data of a text that is read."""
    return parse(text, "x").data


def refusal(text: str | bytes) -> SpecError:
    """The error of a text that is not read."""
    with pytest.raises(SpecError) as refused:
        parse(text, "x")
    return refused.value


def where(error: SpecError) -> list[tuple[int, int]]:
    """The lines and columns of all faults."""
    return [(fault.place.line, fault.place.column) if fault.place else (-1, -1) for fault in error.faults]


SCALARS: Mapping[str, object] = {
    "NO": "NO",
    "no": "no",
    "on": "on",
    "off": "off",
    "yes": "yes",
    "y": "y",
    "true": True,
    "True": True,
    "TRUE": True,
    "tRUE": "tRUE",
    "false": False,
    "False": False,
    "FALSE": False,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "nULL": "nULL",
    "0": 0,
    "-0": 0,
    "+7": 7,
    "-7": -7,
    "012": 12,
    "-0012": -12,
    "999999999999999999": 999999999999999999,
    "0000000000000000000000001": 1,
    "1_000": "1_000",
    "1,000": "1,000",
    "60k": "60k",
    "１２": "１２",
    "1e6": 1e6,
    "1E6": 1e6,
    "1e-5": 1e-5,
    "1.0e+6": 1e6,
    "1.": 1.0,
    ".5": 0.5,
    "-.5": -0.5,
    "0.25": 0.25,
    "1e": "1e",
    "e6": "e6",
    ".": ".",
    "-": None,  # an entry of a list that says nothing
    "..": "..",
    "+": "+",
    "1.2.3": "1.2.3",
    "22:30": "22:30",
    "3:2": "3:2",
    "2024-01-01": "2024-01-01",
    "2024-01-01T00:00:00Z": "2024-01-01T00:00:00Z",
    "5x3": "5x3",
    "1x32x32": "1x32x32",
    "1×32×32": "1×32×32",
    "0b": "0b",
    "0x": "0x",
    "0xg": "0xg",
    "inf": "inf",
    "nan": "nan",
    ".infinity": ".infinity",
    "=": "=",
    "'5'": "5",
    '"5"': "5",
    "'true'": "true",
    '"~"': "~",
    "''": "",
    '""': "",
    "'it''s'": "it's",
    '"\\u00e9\\t\\x41"': "é\tA",
    '"\\ud83d\\ude00"': "😀",
    '"\\\\ud83d\\\\ude00"': "\\ud83d\\ude00",
    "|\n  5": "5\n",
    ">-\n  5": "5",
}


@pytest.mark.parametrize(("text", "value"), [pytest.param(*pair, id=pair[0]) for pair in SCALARS.items()])
def test_scalars_are_those_of_yaml_1_2(text: str, value: object) -> None:
    if text == "-":
        assert values("- -\n") == [[None]]
        return
    found = values(f"a: {text}\n")["a"]
    assert found == value
    assert type(found) is type(value)


OTHER_NUMBERS = ["0x10", "0xFF", "-0x1", "0o17", "0b11", ".inf", "-.INF", "+.Inf", ".nan", ".NaN"]


@pytest.mark.parametrize("text", OTHER_NUMBERS)
def test_numbers_that_are_not_decimal_or_not_finite_are_refused(text: str) -> None:
    error = refusal(f"a: [1, {text}]")
    assert str(error).startswith(f"x:1:8: {text} is no number here")


@pytest.mark.parametrize("text", ["0x10", ".inf", "1e999", "9" * 19])
def test_quotes_make_any_number_a_text(text: str) -> None:
    assert values(f"a: '{text}'") == {"a": text}


@pytest.mark.parametrize("key", ["1", "~", "true", "1e6", "0x10", "9" * 30, "null", "2024-01-01"])
def test_keys_are_texts_as_they_are_written(key: str) -> None:
    assert values(f"{key}: a") == {key: "a"}


def test_a_key_with_and_without_quotes_is_one_key() -> None:
    assert where(refusal("1: a\n'1': b\n\"1\": c\n")) == [(2, 1), (3, 1)]


PLACES = {
    "block": ("a: 1\nbc:\n  - x\n  - d: 2\n", {("a",): (1, 4), ("bc", 0): (3, 5), ("bc", 1, "d"): (4, 8)}),
    "keys": ("a: 1\nbc: {d: 2}\n", {("a", KEY): (1, 1), ("bc", KEY): (2, 1), ("bc", "d", KEY): (2, 6)}),
    "flow": ("{a: [1, [2, 3]], b: {c: d}}", {("a", 1, 1): (1, 13), ("b", "c"): (1, 25), (): (1, 1)}),
    "accent": ("é: [ü, x]\n", {("é", KEY): (1, 1), ("é", 0): (1, 5), ("é", 1): (1, 8)}),
    "emoji": ("{😀: 1, b: 2}\n", {("😀", KEY): (1, 2), ("b", KEY): (1, 8), ("b",): (1, 11)}),
    "CJK": ("名字: [卷积, 池化]\n", {("名字", 0): (1, 6), ("名字", 1): (1, 10)}),
    "combining": ("e\u0301: [a, b]\n", {("e\u0301", 1): (1, 9)}),
    "byte order mark": ("\ufeffa: 1\nb: 2\n", {("a", KEY): (1, 1), ("a",): (1, 4), ("b",): (2, 4)}),
    "line ends of Windows": ("a: 1\r\nb:\r\n  - 2\r\n", {("b", KEY): (2, 1), ("b", 0): (3, 5)}),
    "comments": ("# é\na: 1 # b\n\n# c\nb: 2\n", {("a",): (2, 4), ("b",): (5, 4)}),
    "quotes": ("'a': \"b\"\n", {("a", KEY): (1, 1), ("a",): (1, 6)}),
    "several lines": ("a: >-\n  x\n  y\nb: |\n  z\n", {("a",): (1, 4), ("b", KEY): (4, 1), ("b",): (4, 4)}),
    "tabs in JSON": ('{\n\t"a":\t1\n}', {("a", KEY): (2, 2), ("a",): (2, 7)}),
    "surrogates": (r'{"a": "\ud83d\ude00", "b": 1}', {("b", KEY): (1, 23), ("b",): (1, 28)}),
    "nothing": ("a:\nb:\n", {("a",): (1, 3), ("b",): (2, 3)}),
}


@pytest.mark.parametrize(("text", "places"), [pytest.param(*row, id=name) for name, row in PLACES.items()])
def test_keys_and_values_have_their_places(text: str, places: Mapping[source.Path, tuple[int, int]]) -> None:
    for form in (text, text.encode()):
        read = parse(form, "x")
        found = {path: read.place(path) for path in places}
        assert {path: (place.line, place.column) for path, place in found.items()} == places


def test_a_path_that_leads_nowhere_has_the_place_of_what_encloses_it() -> None:
    read = parse("a:\n  b: 1\n", "x")
    assert str(read.place(("a", "c", "d"))) == "x:2:3"
    assert str(read.place(("a", "tag", "b"))) == "x:2:6"
    assert str(read.place(("z",))) == "x:1:1"


NOT_UTF_8 = {
    "first byte": (b"\xff", (1, 1)),
    "Latin-1 behind an accent": (b"a: 1\nb: \xc3\xa9\xe9\n", (2, 5)),
    "cut off": (b"a: 1\n\n\xe6\xb1", (3, 1)),
    "surrogate": (b"a: \xed\xa0\x80", (1, 4)),
    "overlong": (b"a: \xc0\x80", (1, 4)),
    "behind a byte order mark": (b"\xef\xbb\xbfa: \xff", (1, 4)),
}


@pytest.mark.parametrize(("text", "place"), [pytest.param(*row, id=name) for name, row in NOT_UTF_8.items()])
def test_a_byte_that_is_not_utf_8_is_shown(text: bytes, place: tuple[int, int]) -> None:
    error = refusal(text)
    assert "is not UTF-8" in str(error)
    assert where(error) == [place]


CONTROLS = {
    "in a line": ("a: b\x07", (1, 5)),
    "first in a line": ("a: b\n\x07", (2, 1)),
    "behind an accent": ("é: ü\x07", (1, 5)),
    "behind an emoji": ("a: 😀\nb: 😀😀\x00", (2, 6)),
    "behind an empty line": ("a: b\n\n\n\x1b", (4, 1)),
    "behind a form feed in a comment": ("a: b\n# x\x0c", (2, 4)),
}


@pytest.mark.parametrize("library", ["C", "pure"])
@pytest.mark.parametrize(("text", "place"), [pytest.param(*row, id=name) for name, row in CONTROLS.items()])
def test_a_control_character_is_shown_where_it_stands(
    text: str, place: tuple[int, int], library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if library == "pure":
        monkeypatch.setattr(source, "_LOADER", yaml.SafeLoader)
    assert where(refusal(text)) == [place]


def test_lone_surrogates_in_a_text_are_refused() -> None:
    assert "is a control character" in str(refusal("a: \ud83d"))


LIMITS: Mapping[str, tuple[str, str]] = {
    "bytes": ("#" * MOST_BYTES, "#" * (MOST_BYTES + 1)),
    "bytes, not characters": ("#" + "é" * (MOST_BYTES // 2 - 1), "#" + "é" * (MOST_BYTES // 2)),
    "depth of lists": ("[" * 32 + "]" * 32, "[" * 33 + "]" * 33),
    "depth of mappings": ("{a: " * 32 + "1" + "}" * 32, "{a: " * 33 + "1" + "}" * 33),
    "values of a list": (f"[{'1,' * (MOST_VALUES - 1)}]", f"[{'1,' * MOST_VALUES}]"),
    "digits": ("a: " + "9" * 18, "a: " + "9" * 19),
    "digits behind zeros": ("a: " + "0" * 30 + "9" * 18, "a: " + "0" * 30 + "9" * 19),
    "digits behind a sign": ("a: -" + "9" * 18, "a: -" + "9" * 19),
    "key": ("k" * 200 + ": 1", "k" * 201 + ": 1"),
    "key in characters": ("键" * 200 + ": 1", "键" * 201 + ": 1"),
}


@pytest.mark.parametrize(("most", "more"), [pytest.param(*row, id=name) for name, row in LIMITS.items()])
def test_limits_hold_to_the_last_one(most: str, more: str) -> None:
    if not most.startswith("#"):
        assert values(most) is not None
    else:
        assert "empty" in str(refusal(most))
    over = refusal(more)
    assert len(over.faults) == 1
    assert "empty" not in str(over)


def test_a_text_over_the_limit_is_refused_in_bytes_too() -> None:
    assert "over 1,048,576 bytes" in str(refusal(b"#" * (MOST_BYTES + 1)))


def test_all_faults_of_a_text_are_told_at_once() -> None:
    error = refusal("a: &x 1\na: !!int 2\nb: *x\nc: .inf\n")
    assert where(error) == [(1, 4), (2, 1), (2, 4), (3, 4), (4, 4)]


def test_a_hundred_faults_are_told_and_that_there_are_more() -> None:
    error = refusal("[" + ".inf," * 150 + "]")
    assert len(error.faults) == 100
    assert str(error).endswith("\nmore faults are not shown")


VALID = sorted((CASES / "valid").iterdir())
INVALID = sorted(path for path in (CASES / "invalid").glob("*/*") if path.suffix != ".txt")


TABS = pytest.mark.xfail(reason="the pure library knows no tabs between values", strict=True)


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.name, marks=[TABS] if "tabs" in path.name else []) for path in VALID],
)
def test_the_pure_library_agrees_with_the_fast_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = parse(path.read_bytes(), path.name)
    monkeypatch.setattr(source, "_LOADER", yaml.SafeLoader)
    slow = parse(path.read_bytes(), path.name)
    assert slow.data == fast.data
    assert slow.marks == fast.marks


@pytest.mark.parametrize("path", INVALID, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_pure_library_refuses_it_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_LOADER", yaml.SafeLoader)
    with pytest.raises(SpecError):
        analyze(loads(path.read_bytes(), file=path.name))
