"""Markdown: tables, and text that cannot be markup."""

import pytest

from lenetcalc import analyze, load
from lenetcalc.report import render
from lenetcalc.report.model import Aside, Column, Report, Table
from lenetcalc.report.network import network_report

COLUMNS = (Column("Layer"), Column("What"), Column("Count", numeric=True))


def report(
    *rows: tuple[str, str, int | None], total: tuple[str, str, int] | tuple[()] = (), title: str = "T"
) -> Report:
    return Report(
        title, {"input": "1×32×32"}, (Table(COLUMNS, rows, total, "Rows"),), {"macs": "1 → 2"}, ("n",), dict
    )


def test_a_report_in_markdown() -> None:
    assert render(report(("C1", "kernel", 1_516), total=("Total", "", 1_516)), "markdown") == "\n".join(
        [
            *("## T", "", "- **input:** 1×32×32", ""),
            *("### Rows", "", "| Layer | What | Count |", "| --- | --- | ---: |"),
            *("| `C1` | kernel | 1,516 |", "| **Total** |  | **1,516** |", ""),
            *("- **macs:** 1 → 2", "", "- **note:** n"),
        ]
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("conv, 6×28×28", "conv, 6×28×28"),
        ("60,000 → 61,706: C3 table +900, S2 −12", "60,000 → 61,706: C3 table +900, S2 −12"),
        ("卷积 1", "卷积 1"),
        ("[5, 3]", "`[5, 3]`"),
        ("a_b", "a_b"),
        ("_a b_", "`_a b_`"),
        ("a __b", "`a __b`"),
        ("**bold**", "`**bold**`"),
        ("<script>", "`<script>`"),
        ("&#64;", "`&#64;`"),
        ("@everyone", "`@everyone`"),
        ("see #1", "`see #1`"),
        ("https://evil.test", "`https://evil.test`"),
        ("www.evil.test", "`www.evil.test`"),
        (":smile:", "`:smile:`"),
        ("GH-12", "`GH-12`"),
        ("a|b", r"`a\|b`"),
        ("a\nb", r"`a\nb`"),
        ("a`b", "``a`b``"),
        ("``a", "``` ``a ```"),
        ("![x](y)", "`![x](y)`"),
    ],
)
def test_what_could_be_markup_stands_in_a_code_span(text: str, shown: str) -> None:
    assert f"| `C1` | {shown} | -- |" in render(report(("C1", text, None)), "markdown").splitlines()


def test_a_bar_outside_of_a_table_is_left_as_it_is() -> None:
    assert render(report(title="a|b"), "markdown").startswith("## `a|b`\n")


def test_a_name_is_a_code_span_and_an_empty_one_is_nothing() -> None:
    lines = render(report(("C1", "x", 1), ("", "y", 2)), "markdown").splitlines()
    assert lines[-6:-4] == ["| `C1` | x | 1 |", "|  | y | 2 |"]


def test_a_network_in_markdown() -> None:
    lines = render(network_report(analyze(load("lenet5"))), "markdown").splitlines()
    assert "| `C1 (conv)` | 6×28×28 | 156 | 122,304 | 117,600 |" in lines
    assert "| **Total** |  | **60,000** | **340,908** | **326,520** |" in lines


def test_a_number_apart_is_in_parentheses() -> None:
    table = Table((Column("N", numeric=True),), ((Aside(840),), (1_000,)))
    assert "| (840) |\n| 1,000 |" in render(Report("T", {}, (table,), {}, (), dict), "markdown")
