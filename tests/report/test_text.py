"""Plain text: alignment, folding, harmlessness."""

import pytest

from lenetcalc import analyze, load, loads
from lenetcalc.report import render
from lenetcalc.report.cells import cell, displayed
from lenetcalc.report.columns import COLUMNS
from lenetcalc.report.model import Aside, Column, Report, Table
from lenetcalc.report.network import network_report

THREE = (Column("Layer"), Column("Count", numeric=True), Column("Working", folds=True))


def report(*rows: tuple[str, int | None, str], title: str = "T") -> Report:
    return Report(title, {}, (Table(THREE, rows),), {}, (), dict)


def test_numbers_stand_right_and_words_left() -> None:
    text = render(report(("a", 1, "x"), ("long", 12345, "y")), "table")
    assert text.splitlines()[4:] == ["a           1  x", "long   12,345  y"]


def test_nothing_is_shown_as_dashes() -> None:
    assert "--" in render(report(("a", None, "x")), "table")


def test_a_number_apart_is_in_parentheses() -> None:
    table = Table((Column("N", numeric=True),), ((Aside(1840),), (5,)), total=(5,))
    assert "(1,840)" in render(Report("T", {}, (table,), {}, (), dict), "table")


def test_a_folding_column_takes_what_the_others_leave() -> None:
    text = render(report(("a", 1, "word " * 40)), "table", width=50)
    assert max(map(len, text.splitlines())) <= 50


def test_columns_that_fold_share_what_the_others_leave_and_break_no_number() -> None:
    columns = (*(Column(heading, folds=True) for heading in "AB"), Column("C", numeric=True))
    table = Table(columns, (("word " * 20, 10**15, 5), ("word " * 2, "word " * 9, 10**9)))
    lines = render(Report("T", {}, (table,), {}, (), dict), "table", width=54).splitlines()
    assert max(map(len, lines)) == 54
    assert "1,000,000,000,000,000" in lines[4]


WORDS = Table(
    (Column("A", folds=True), Column("B", folds=True), Column("C", numeric=True)),
    (("three words here", "local-response-norm, 96×55×55", 10**9), ("", "x" * 29, 5)),
)


@pytest.mark.parametrize("renderer", ["table", "colours"])
def test_a_word_is_whole_where_there_is_room(renderer: str) -> None:
    text = render(Report("T", {}, (WORDS,), {}, (), dict), renderer, width=69)
    assert "x" * 29 in text
    assert "local-response-norm, 96×55×55" in text


@pytest.mark.parametrize("renderer", ["table", "colours"])
def test_a_word_is_broken_where_there_is_none(renderer: str) -> None:
    text = render(Report("T", {}, (WORDS,), {}, (), dict), renderer, width=50)
    assert "x" * 29 not in text
    assert "x" * 14 in text
    assert "1,000,000,000" in text


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("卷积", 4), ("é", 1), ("e\u0301", 1), ("🙂", 2), ("×", 1)],
)
def test_width_as_a_terminal_shows_it(text: str, width: int) -> None:
    assert displayed(text) == width


def test_columns_stay_aligned_behind_wide_characters() -> None:
    lines = render(report(("卷积", 1, "x"), ("ab", 22, "y")), "table").splitlines()
    assert displayed(lines[4][: lines[4].index("x")]) == lines[5].index("y")


@pytest.mark.parametrize("renderer", ["table", "colours"])
@pytest.mark.parametrize(
    "name",
    [
        "\x1b]0;owned\x07",
        "\x9b31m",
        "\u202eevil",
        "a\nb",
        "[link=http://evil.test]C1[/link]",
        "[/]",
        "\ud800",
    ],
    ids=["title", "c1", "bidi", "newline", "link", "markup", "surrogate"],
)
def test_a_name_cannot_steer_the_terminal(name: str, renderer: str) -> None:
    text = render(report((name, 1, name), title=name), renderer)
    plain = text.replace("\x1b[", "")  # rich's own colours
    assert not {"\x1b", "\x07", "\x9b", "\u202e", "\ud800"} & set(plain)
    assert "\x1b]8" not in text


NUMBERS = "{lenetcalc: 1, input: 999999999999999999, layers: [{kind: dense, units: 99999999999999999}]}"


@pytest.mark.parametrize("width", [10, 30, 50, 80, 200])
@pytest.mark.parametrize("spec", [None, NUMBERS], ids=["lenet5", "numbers of 35 digits"])
def test_a_terminal_shows_every_cell_whole(spec: str | None, width: int) -> None:
    analysis = analyze(loads(spec) if spec else load("lenet5"))
    table = network_report(analysis, columns=[*COLUMNS][:12]).tables[0]
    shown = render(Report("T", {}, (table,), {}, (), dict), "colours", width=width)
    missing = [cell(value) for row in (*table.rows, table.total) for value in row if cell(value) not in shown]
    assert missing == []
