"""Texts made to do harm, and texts made at random: each is a spec, or refused at a small cost."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from random import Random

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lenetcalc import source
from lenetcalc.errors import SpecError
from lenetcalc.network import NetworkSpec
from lenetcalc.source import MOST_BYTES
from lenetcalc.spec import MOST_LAYERS, loads
from tests.test_source import HEAD, ROOT, where

LENET = (ROOT / "specs" / "lenet5.yaml").read_bytes()


def lines(head: str, line: Callable[[int], str]) -> str:
    """As many lines as a spec of layers may have, each made from its number."""
    made = [line(number) for number in range(MOST_LAYERS)]
    while len(text := head + "".join(made)) > MOST_BYTES:
        del made[-1000:]
    return text


def anagram(number: int) -> str:
    """The alphabet three times over, in an order of its own."""
    letters = list("abcdefghijklmnopqrstuvwxyz" * 3)
    Random(number).shuffle(letters)
    return "".join(letters)


LAYERS = HEAD + "layers:\n"
BOMBS: Mapping[str, Callable[[], str]] = {
    "aliases": lambda: (
        "a0: &a0 [1]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]\n" for n in range(1, 30))
    ),
    "merge keys": lambda: (
        "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n} {{<<: [{f'*a{n - 1},' * 9}]}}\n" for n in range(1, 30))
    ),
    "anchors": lambda: "[" + "&a ," * 200_000 + "]",
    "lists 10,000 deep": lambda: "[" * 10_000,
    "lists 100,000 deep": lambda: "[" * 100_000,
    "lists of mappings 10,000 deep": lambda: "[{a: " * 10_000,
    "lists of mappings 100,000 deep": lambda: "[{a: " * 100_000,
    "block lists 100,000 deep": lambda: "- " * 100_000,
    "question marks": lambda: "? " * 100_000,
    "integer of 5,000 digits": lambda: LAYERS + "- {kind: dense, units: " + "9" * 5_000 + "}\n",
    "integer of a million digits": lambda: HEAD + "name: " + "9" * 1_000_000,
    "hexadecimal of a million digits": lambda: HEAD + "name: 0x" + "f" * 1_000_000,
    "fraction of a million digits": lambda: HEAD + "name: 0." + "0" * 1_000_000 + "1",
    "one scalar": lambda: HEAD + "name: " + "a" * 1_000_000,
    "one scalar of escapes": lambda: HEAD + 'name: "' + "\\x41" * 250_000 + '"',
    "backslashes": lambda: HEAD + 'name: "' + "\\" * 1_000_000,
    "keys without values": lambda: "{" + "".join(f"{n}," for n in range(150_000)) + "}",
    "the same key": lambda: lines(HEAD, lambda n: "a: 1\n"),
    "values": lambda: "[" + "0," * 500_000 + "]",
    "values 30 deep": lambda: "[" * 30 + "0," * 500_000 + "]" * 30,
    "over the limit": lambda: "#" * (MOST_BYTES + 1),
    "bare words": lambda: lines(LAYERS, lambda n: "- cnov\n"),
    "bare kinds without fields": lambda: lines(LAYERS, lambda n: "- conv\n"),
    "layers that say nothing": lambda: LAYERS + "-\n" * 150_000,
    "unknown kinds": lambda: lines(LAYERS, lambda n: f"- {{kind: maxpoool{n}}}\n"),
    "unknown fields": lambda: lines(LAYERS, lambda n: "- {kind: flatten, kernle: 1}\n"),
    "unknown functions": lambda: lines(
        LAYERS, lambda n: f"- {{kind: dense, units: 1, activation: sigmio{n}}}\n"
    ),
    "unknown sources": lambda: lines(LAYERS, lambda n: f"- {{kind: flatten, from: flaten{n}}}\n"),
    "many sources": lambda: LAYERS + "- flatten\n- {kind: flatten, from: [" + "flatten1, " * 90_000 + "]}\n",
    "names twice": lambda: lines(LAYERS, lambda n: "- {name: a, kind: flatten}\n"),
    "expectations": lambda: (
        LAYERS
        + "- flatten\n" * 9_500
        + "expect:\n  layers:\n"
        + "".join(f"    flatten{n}: {{}}\n" for n in range(1, 9_501))
    ),
    "unknown expectations": lambda: (
        LAYERS
        + "- flatten\n" * 1_000
        + "expect:\n  layers:\n"
        + "".join(f"    flaten{n}: {{}}\n" for n in range(30_000))
    ),
    "windows that do not fit": lambda: lines(
        LAYERS, lambda n: "- {kind: max-pool, kernel: 29, from: input}\n"
    ),
    "windows that do not fit, behind a chain": lambda: (
        LAYERS
        + "- {kind: max-pool, kernel: 1}\n" * 4_500
        + "".join("- {kind: max-pool, kernel: 29, from: max-pool4500}\n" for _ in range(10_000))
    ),
    "layers alike but for an argument": lambda: lines(
        LAYERS, lambda n: f"- {{kind: activation, function: {{function: elu, alpha: {n}}}}}\n"
    ),
    "quotes that never close": lambda: HEAD + 'name: "x" # \\ud ' + '\\"' * 500_000,
    "surrogates": lambda: '{"lenetcalc": 1, "name": [' + '"\\ud83d\\ude00",' * 65_000 + "1]}",
    "long names nearly right": lambda: (
        LAYERS
        + "".join(f"- {{kind: flatten, name: {anagram(n)}}}\n" for n in range(200))
        + "".join(f"- {{kind: flatten, from: {anagram(-n)}}}\n" for n in range(1, 200))
    ),
    "keys under expect": lambda: (
        HEAD + "layers: [flatten]\nexpect: {layers: {" + ", ".join(f"a{n}: 1" for n in range(90_000)) + "}}"
    ),
    "ever more units": lambda: (
        HEAD
        + "layers:\n"
        + "- {kind: reshape, shape: [1, -1]}\n- {kind: conv, filters: 999999999999999999, kernel: 1}\n"
        * 4_990
    ),
    "a circle": lambda: LAYERS + "- {name: A, kind: flatten, from: flatten9500}\n" + "- flatten\n" * 9_500,
    "a table": lambda: LAYERS + f"- {{kind: conv, filters: 1, kernel: 1, table: [{'[0],' * 60_000}]}}\n",
}
MEASURE = """
import sys
text = sys.stdin.buffer.read()
from lenetcalc.analysis import analyze
from lenetcalc.errors import SpecError
from lenetcalc.spec import load, loads
from tests.measure import peak_megabytes, stopwatch
analyze(load("lenet5"))
with stopwatch() as taken:
    try:
        analyze(loads(text))
        faults = "none"
    except SpecError as error:
        faults = str(error)
print(taken.seconds, peak_megabytes(), len(faults))
"""


@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in BOMBS.items()])
def test_a_bad_input_costs_under_a_second_and_200_megabytes(make: Callable[[], str]) -> None:
    text = make().encode()
    child = [sys.executable, "-c", MEASURE]
    done = subprocess.run(child, input=text, capture_output=True, timeout=20, check=True, cwd=ROOT)
    seconds, megabytes, told = map(float, done.stdout.split())
    assert seconds < 1, seconds
    assert megabytes < 200
    assert told < 100_000


ALPHABET = "{}[],:-?&*!|>'\"%@`# \t\n\\abku0129.é😀\x00\x85\u2028\ufeff"


def assert_a_spec_or_faults_inside(text: str | bytes) -> None:
    """A text is read as a spec, or refused with places that lie inside it."""
    shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    try:
        spec = loads(text)
    except SpecError as error:
        ends = len(shown.splitlines()) + shown.count("\ufeff") + 2
        for line, column in where(error):
            assert 0 <= line <= ends
            assert 0 <= column <= len(shown) + 1
    else:
        assert isinstance(spec, NetworkSpec)


@given(st.binary(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_spec_or_refused(text: bytes) -> None:
    assert_a_spec_or_faults_inside(text)


@given(st.text(ALPHABET, max_size=60))
@settings(max_examples=500, deadline=None)
def test_any_marks_of_yaml_are_a_spec_or_refused(text: str) -> None:
    assert_a_spec_or_faults_inside(text)


@given(
    st.integers(0, len(LENET)),
    st.integers(0, 20),
    st.one_of(st.binary(max_size=6), st.text(ALPHABET, max_size=6).map(str.encode)),
    st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_a_spec_with_a_part_exchanged_is_a_spec_or_refused(
    start: int, length: int, new: bytes, again: bool
) -> None:
    mutated = LENET[:start] + new + LENET[start + length :]
    assert_a_spec_or_faults_inside(mutated[:start] + new + mutated[start:] if again else mutated)


@given(st.text(ALPHABET, max_size=40))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_pure_library_raises_nothing_else_either(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(source, "_LOADER", yaml.SafeLoader)
    assert_a_spec_or_faults_inside(text)
