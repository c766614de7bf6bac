"""The report of every packaged network, held to a file; and its totals added up again from what is printed.

Run ``pytest tests/report --update-golden`` to write the files anew, and read the difference.
"""

import json
import re
from dataclasses import replace

import pytest

from lenetcalc import analyze, load, resolve
from lenetcalc.counting import conventions
from lenetcalc.report import render
from lenetcalc.report.explain import explain_report
from lenetcalc.report.kinds import kinds_report
from lenetcalc.report.model import Report
from lenetcalc.report.network import network_report
from lenetcalc.report.sizes import sizes_report
from lenetcalc.sizes import sizes
from lenetcalc.spec import packaged
from tests.conftest import ROOT

GOLDEN = ROOT / "tests" / "golden"
COLUMNS = ("layer", "from", "input", "output", "units", "fixed", "additions", "comparisons", "exponentials")


def without_colours(text: str) -> str:
    """The characters that a terminal shows; colours are rich's affair."""
    return re.sub("\x1b\\[[0-9;]*m", "", text)


def assert_golden(name: str, text: str, update: bool) -> None:
    path = GOLDEN / name
    if update:
        path.write_text(text + "\n", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text + "\n"


@pytest.mark.parametrize("name", packaged())
def test_report(name: str, update_golden: bool) -> None:
    assert_golden(f"{name}.txt", render(network_report(analyze(load(name))), "table"), update_golden)


@pytest.mark.parametrize("name", ["lenet5", "lenet5-keras-same"])
def test_report_with_working(name: str, update_golden: bool) -> None:
    report = network_report(analyze(load(name)), working=True)
    assert_golden(f"{name}.working.txt", render(report, "table"), update_golden)


@pytest.mark.parametrize("name", ["lenet5-keras1"])
def test_report_with_other_columns(name: str, update_golden: bool) -> None:
    report = network_report(analyze(load(name)), columns=COLUMNS)
    assert_golden(f"{name}.columns.txt", render(report, "table"), update_golden)


@pytest.mark.parametrize("name", ["lenet5"])
def test_report_as_json(name: str, update_golden: bool) -> None:
    assert_golden(f"{name}.json", render(network_report(analyze(load(name))), "json"), update_golden)


@pytest.mark.parametrize("name", ["lenet5"])
def test_report_on_a_terminal(name: str, update_golden: bool) -> None:
    drawn = render(network_report(analyze(load(name))), "colours", width=80)
    assert_golden(f"{name}.terminal.txt", without_colours(drawn), update_golden)
    assert drawn != without_colours(drawn)


@pytest.mark.parametrize("name", ["lenet5", "unet"])
def test_sizes(name: str, update_golden: bool) -> None:
    report = sizes_report(sizes(resolve(load(name))))
    assert_golden(f"{name}.sizes.txt", render(report, "table"), update_golden)


@pytest.mark.parametrize("name", ["lenet5"])
def test_explain(name: str, update_golden: bool) -> None:
    report = explain_report(analyze(load(name)), "C3", conventions=[*conventions().values()])
    assert_golden(f"{name}.explain-C3.txt", render(report, "table"), update_golden)


def test_kinds(update_golden: bool) -> None:
    assert_golden("kinds.txt", render(kinds_report(), "table"), update_golden)


def test_no_golden_file_is_left_over() -> None:
    stems = {path.name.split(".")[0] for path in GOLDEN.iterdir()}
    assert stems == {*packaged(), "kinds"}


def numbers(report: Report, heading: str) -> tuple[list[str], str]:
    """The printed cells of a column, and the one of its total."""
    lines = render(report, "table").splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("Layer (type)"))
    end = next(index for index, line in enumerate(lines) if line.startswith("Total "))
    right = lines[start].index(heading) + len(heading)
    cells = [line[:right].split()[-1] for line in lines[start + 2 : end - 1]]
    return cells, lines[end][:right].split()[-1]


@pytest.mark.parametrize("heading", ["Param #", "Connections", "MACs"])
@pytest.mark.parametrize("name", packaged())
def test_the_printed_column_adds_up_to_the_printed_total(name: str, heading: str) -> None:
    cells, total = numbers(network_report(analyze(load(name))), heading)
    counted = [int(cell.replace(",", "")) for cell in cells if cell != "--" and not cell.startswith("(")]
    assert sum(counted) == int(total.replace(",", ""))


@pytest.mark.parametrize("name", packaged())
def test_no_line_of_prose_is_wider_than_80(name: str) -> None:
    """Tables are as wide as their numbers; all that is said around them is folded."""
    report = network_report(analyze(load(name)), working=True)
    prose, whole = render(replace(report, tables=()), "table"), render(report, "table")
    paragraphs = prose.split("\n\n")
    assert len(paragraphs) >= 2  # the head and the totals, and the notes where there are some
    assert [paragraph for paragraph in paragraphs if paragraph not in whole] == []
    assert [line for line in prose.splitlines() if len(line) > 80] == []


LENETS = [name for name in packaged() if name.startswith("lenet")]


def test_the_lenets_are_found() -> None:
    assert {"lenet1", "lenet5", "lenet5-pytorch", "lenet-keras-3x3"} <= {*LENETS}


@pytest.mark.parametrize("working", [False, True], ids=["rows", "rows and their working"])
@pytest.mark.parametrize("name", LENETS)
def test_no_line_about_a_lenet_is_wider_than_80(name: str, working: bool) -> None:
    text = render(network_report(analyze(load(name)), working=working), "table")
    assert [line for line in text.splitlines() if len(line) > 80] == []


def test_json_has_the_same_keys_whatever_the_columns() -> None:
    analysis = analyze(load("lenet1"))
    few = render(network_report(analysis, columns=("layer",)), "json")
    assert json.loads(few) == json.loads(render(network_report(analysis, working=True), "json"))
