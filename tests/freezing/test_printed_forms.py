"""Figures that are stated and differ: what is written in their place, in which form."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetcalc.analysis import analyze
from lenetcalc.checking.network import check_analysis
from lenetcalc.figures import read_figure, reprinted
from lenetcalc.freezing.freeze import Frozen
from lenetcalc.spec import loads
from tests.conftest import ROOT
from tests.freezing.texts import HEAD, JSON, frozen


@pytest.mark.parametrize(
    ("stated", "right"),
    [
        ("units: +0071", "units: 72"),
        ("units: 0072", "units: 0072"),
        ("output: 2x6x7", "output: 2x6x6"),
        ("output: 2×6×7", "output: 2×6×6"),
        ("output: '2x6×7'", "output: '2×6×6'"),
        ('output: "9x9"', 'output: "2x6x6"'),
        ("output: 9", "output: 2x6x6"),
        ("output: [ 2,6 ,7]", "output: [ 2,6 ,6]"),
        ("output: [2, +06, 6]", "output: [2, +06, 6]"),
        ("output: [9]", "output: [2, 6, 6]"),
        ("output: [2, 6, 6, 1, 2,]", "output: [2, 6, 6,]"),
        ("output:\n      - 9 # maps", "output:\n      - 2 # maps\n      - 6\n      - 6"),
        ("output:\n      - 1\n      - 1\n      - 1\n      - 1", "output:\n      - 2\n      - 6\n      - 6"),
        ("output: [\n      9 # maps\n      ]", "output: [\n      2,\n      6,\n      6 # maps\n      ]"),
        ("receptive_field: 3", "receptive_field: 3"),
        ("receptive_field: 4", "receptive_field: 3"),
        ("receptive_field: 3x4", "receptive_field: 3x3"),
        ("receptive_field: [3, 3]", "receptive_field: [3, 3]"),
        ("stride: [2, 3]", "stride: [1, 1]"),
    ],
)  # fmt: skip
def test_a_figure_keeps_its_form(stated: str, right: str) -> None:
    text = HEAD + "expect:\n  layers:\n    A:\n      {}\n      macs: 648 # as before"
    assert frozen(text.replace("{}", stated)).text == text.replace("{}", right)


@pytest.mark.parametrize(
    ("name", "stated", "right"),
    [
        ("B", "output: 3x1", "output: 3"),
        ("B", "output: '3x1'", "output: 3"),
        ("C", "receptive_field: 7", "receptive_field: 3x5"),
        ("C", "stride: '7x7'", "stride: '1x2'"),
    ],
)
def test_a_form_gives_way_where_it_cannot_say_it(name: str, stated: str, right: str) -> None:
    pool = "{name: C, kind: max-pool, kernel: 3x5, stride: 1x2}"
    layers = f"[{pool}, flatten, {{name: B, kind: dense, units: 3}}]"
    text = f"lenetcalc: 1\ninput: 1x8x9\nlayers: {layers}\nexpect: {{layers: {{{name}: {{{{}}}}}}}}\n"
    assert frozen(text.replace("{{}}", f"{{{stated}}}")).text == text.replace("{{}}", f"{{{right}}}")


def test_a_number_becomes_a_list_in_json() -> None:
    text = json.dumps({**JSON, "expect": {"layers": {"A": {"output": 5}}}})
    assert frozen(text).text == text.replace('"output": 5', '"output": [2, 6, 6]')


PRINTED = {
    "rounded still": ("parameters: 0.2k, macs: 0.9k", "parameters: 0.2k, macs: 0.9k"),
    "rounded anew": ("parameters: 0.3k, macs: '0.80e3'", "parameters: 0.2k, macs: '0.86e3'"),
    "too coarse": ("parameters: 60M, macs: '8.0e9'", "parameters: 239, macs: 864"),
    "operations": ("multiplications: 1, additions: 2k", "multiplications: 864, additions: 1k"),
    "bytes": ("weight_memory: 1KiB, peak_memory: 512B", "weight_memory: 1KiB, peak_memory: 544B"),
    "rounded bytes": (
        "weight_memory: 2.5KiB, peak_memory: 1.5kB",
        "weight_memory: 0.9KiB, peak_memory: 0.5kB",
    ),
    "bytes of a size": ("element_size: 2, weight_memory: 956", "element_size: 2, weight_memory: 478"),
    "conventions": (
        "conventions: {torchinfo: 423038, 'torch': \"1.2k\"}",
        "conventions: {torchinfo: 939, 'torch': \"1.7k\"}",
    ),
    "an output": ("output: 4, receptive_field: 7", "output: 3, receptive_field: 8"),
    "of layers": (
        "layers: {conventions: {macs: 1, conventions: {macs: 1}}}, conventions: {macs: 9k}",
        "layers: {conventions: {macs: 648, conventions: {macs: 648}}}, conventions: {macs: 1k}",
    ),
}


@pytest.mark.parametrize(
    ("stated", "right"), [pytest.param(*pair, id=name) for name, pair in PRINTED.items()]
)
def test_figures_of_every_sort_are_written(stated: str, right: str) -> None:
    text = HEAD.replace("A,", "conventions,") + "expect: {%s} # a\n"
    assert frozen(text % stated).text == text % right
    assert frozen(text % right).written == 0


DIFFERING = [
    pytest.param(path, id=path.stem)
    for path in sorted((ROOT / "tests" / "cases" / "figures").glob("*-differs.yaml"))
]


@pytest.mark.parametrize("path", DIFFERING)
def test_a_check_finds_no_figure_that_differs_any_more(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    before, after = [
        [finding.rule for finding in check_analysis(analyze(loads(each)), path.name).findings]
        for each in (text, frozen(text, layers=True).text)
    ]
    assert (set(before), after) == ({"figure-differs"}, [])


def test_cases_that_differ_are_found() -> None:
    assert len(DIFFERING) >= 7


def test_what_was_published_stays() -> None:
    block = "expect: {source: X, published: [{macs: 7, verdict: right}], macs: %s}\n"
    done = frozen(HEAD + block % 1)
    assert done == Frozen(HEAD + block % 864, written=1, kept=0)


@pytest.mark.parametrize(
    ("printed", "number", "text"),
    [
        ("61.2M", 4_231_976, "4.2M"),
        ("61.2M", 4_250_000, "4.3M"),
        ("60M", 499_999, "499999"),
        ("60M", 500_000, "1M"),
        ("60M", 0, "0M"),
        ("8 k", 61_706, "62 k"),
        ("3.80e9", 12_399_999_999, "12.40e9"),
        ("3e0", 61_706, "61706e0"),
        ("112Ki", 2048 + 512, "3Ki"),
        ("1.05k", 61_004, "61.00k"),
        ("1k", 10**18 - 1, "999999999999999999"),
        ("1T", 10**20, "100000000T"),
        (61706, 10**20, str(10**20)),
    ],
)
def test_a_number_takes_the_form_of_a_figure(printed: object, number: int, text: str) -> None:
    assert reprinted(read_figure(printed), number) == text


@given(
    st.integers(0, 10**6),
    st.sampled_from(["{}k", "{} M", "{}.0G", "{}.50M", "{}T", "{}e3", "{}.7e9", "{}Mi"]),
    st.integers(0, 10**18 - 1),
)
def test_a_reprinted_figure_stands_for_the_number(whole: int, form: str, number: int) -> None:
    text = reprinted(read_figure(form.format(whole)), number)
    assert read_figure(int(text) if text.isdecimal() else text).rounds_to(number)
