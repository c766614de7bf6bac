"""Text in Markdown: names are names, and sentences read as they are written."""

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from lenetcalc.report.escaping import code, prose, readable, row
from tests.reporters.outcomes import hostile

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def inlines(text: str) -> list[Token]:
    return [child for token in PARSER.parse(text) for child in token.children or []]


@given(hostile.filter(lambda text: "\n" not in text and "\r" not in text and "|" not in text))
def test_a_code_span_holds_what_it_was_given(name: str) -> None:
    visible = "".join(sign for sign in name if sign.isprintable())
    if visible.strip():
        shown = [token.content for token in inlines(f"x {code(visible)} y") if token.type == "code_inline"]
        assert shown == [visible]


@pytest.mark.parametrize(
    ("name", "span"),
    [
        ("C1", "`C1`"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        ("```", "```` ``` ````"),
        ("a|b", r"`a\|b`"),
        (r"a\|b", r"`a\\\|b`"),
        (r"a\\|b", r"`a\\\|b`"),
        ("", "`  `"),
        (" a ", "`  a  `"),
    ],
)
def test_a_code_span(name: str, span: str) -> None:
    assert code(name) == span


@pytest.mark.parametrize(
    "text",
    ["*a*", "_a_", "~~a~~", "<b>", "&lt;", "[a](b)", "![a](b)", "`a`", "|", "\\", "a@b.c", "@all", "#12",
     "http://a.b", "www.a.b", "$a$", ":tada:", "a^b", "---", "1. a", "max: 5", "14:5"],
)  # fmt: skip
def test_prose_reads_as_it_is_written(text: str) -> None:
    """As text it is the same, but for spaces of no width that break what GitHub adds of its own."""
    tokens = inlines(f"x {prose(text)} y")
    assert {token.type for token in tokens} <= {"text", "text_special"}
    assert "".join(token.content for token in tokens).replace("\u200b", "") == f"x {text} y"


@pytest.mark.parametrize("text", ["@all", "#12", "http://a.b", ":tada:"])
def test_what_github_adds_of_its_own_is_broken(text: str) -> None:
    sign = "@" if "@" in text else "#" if "#" in text else ":"
    assert f"{sign}\u200b" in "".join(token.content for token in inlines(prose(text)))


@given(hostile.filter(lambda text: "\n" not in text and "\r" not in text))
def test_readable_text_reads_as_it_is_written_in_a_cell_and_outside(text: str) -> None:
    visible = "".join(sign for sign in text if sign.isprintable()).strip()
    if visible:
        lines = [
            row(["a"]),
            row(["---"]),
            row([readable(visible)]),
            "",
            f"x {readable(visible, in_table=False)}",
        ]
        tokens = inlines("\n".join(lines))
        assert {token.type for token in tokens} <= {"text", "code_inline"}
        # a bar within code keeps the backslashes that this parser does not take away
        shown = [token.content.replace("\\", "") for token in tokens]
        assert shown[1] == shown[-1].removeprefix("x ") == visible.replace("\\", "")
