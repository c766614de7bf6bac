"""Words and numbers for people, and user text made harmless."""

import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetcalc.text import LONGEST, MOST_KNOWN, an, digits, harmless, listed, nearest, plural, times


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("C1", "C1", id="plain"),
        pytest.param("", "", id="empty"),
        pytest.param("卷积 é 🙂", "卷积 é 🙂", id="other scripts stay"),
        pytest.param("\x1b[31mred", "\\x1b[31mred", id="escape sequence"),
        pytest.param("one\ntwo\r\tthree", "one\\ntwo\\r\\tthree", id="line breaks and tab"),
        pytest.param("bell\x07\x00\x7f", "bell\\x07\\x00\\x7f", id="C0 controls and delete"),
        pytest.param("\x9b31m\x85", "\\x9b31m\\x85", id="C1 controls"),
        pytest.param("a\u202eb\u2066c\u200f", "a\\u202eb\\u2066c\\u200f", id="bidirectional controls"),
        pytest.param("a\u200bb\ufeff\u00ad", "a\\u200bb\\ufeff\\xad", id="invisible marks"),
        pytest.param("a\u2028b\u2029", "a\\u2028b\\u2029", id="line and paragraph separators"),
        pytest.param("a\ud800b", "a\\ud800b", id="lone surrogate"),
        pytest.param("\U000e0041", "\\U000e0041", id="tag character"),
        pytest.param(None, "None", id="nothing"),
        pytest.param(-7, "-7", id="number"),
        pytest.param(2.5, "2.5", id="fraction"),
    ],
)
def test_what_could_steer_a_terminal_is_spelled_out(text: object, shown: str) -> None:
    assert harmless(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("x" * 80, "x" * 80, id="as long as may be"),
        pytest.param("x" * 81, "x" * 79 + "…", id="one longer"),
        pytest.param("x" * 10**6, "x" * 79 + "…", id="far longer"),
        pytest.param(10**100, "1" + "0" * 78 + "…", id="a long number"),
        pytest.param(10**5000, "a number of 16610 bits", id="a number Python will not print"),  # 5000·log₂10
    ],
)
def test_long_text_is_cut_with_an_ellipsis(text: object, shown: str) -> None:
    assert harmless(text) == shown


def test_the_longest_text_may_be_chosen() -> None:
    assert harmless("lenet5", longest=4) == "len…"


@given(st.text(st.characters(), max_size=200))
def test_nothing_dangerous_is_ever_left(text: str) -> None:
    left = {unicodedata.category(character) for character in harmless(text)}
    assert not left & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text(st.characters(), max_size=200))
def test_harmless_text_can_be_printed_as_utf_8_and_is_short(text: str) -> None:
    shown = harmless(text)
    assert len(shown.encode("utf-8")) <= LONGEST * len("\\U0010ffff")


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0"), (-12, "-12"), (10**4299, "1" + "0" * 4299), (2**20000, "a number of 20001 bits")],
    ids=["zero", "negative", "the longest that Python prints", "longer"],
)
def test_digits_of_any_whole_number(number: int, shown: str) -> None:
    assert digits(number) == shown


@pytest.mark.parametrize(
    ("sizes", "shown"), [((6, 28, 29), "6×28×29"), ((7,), "7"), ((), "")], ids=["three", "one", "none"]
)
def test_sizes_are_written_as_a_product(sizes: Sequence[int], shown: str) -> None:
    assert times(sizes) == shown


@pytest.mark.parametrize(
    ("words", "last", "shown"),
    [
        pytest.param([], "and", "", id="none"),
        pytest.param(["conv"], "and", "conv", id="one"),
        pytest.param(["conv", "pool"], "and", "conv and pool", id="two"),
        pytest.param(["conv", "pool", "dense"], "or", "conv, pool or dense", id="three"),
        pytest.param([1, 2, 4], "or", "1, 2 or 4", id="numbers"),
        pytest.param(["a\x1b", "b\n"], "and", "a\\x1b and b\\n", id="made harmless"),
    ],
)
def test_a_list_reads_as_a_sentence(words: Sequence[object], last: str, shown: str) -> None:
    assert listed(words, last=last) == shown


@pytest.mark.parametrize(
    ("count", "noun", "shown"),
    [
        (0, "layer", "0 layers"),
        (1, "layer", "1 layer"),
        (7, "layer", "7 layers"),
        (1234, "row", "1,234 rows"),
        (1, "axis", "1 axis"),
        (2, "axis", "2 axes"),
    ],
)
def test_a_count_takes_the_plural_of_its_noun(count: int, noun: str, shown: str) -> None:
    assert plural(count, noun) == shown


KINDS = ("conv", "dense", "max-pool", "Flatten")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        pytest.param("cnov", "conv", id="two letters swapped"),
        pytest.param("CONV", "conv", id="capitals"),
        pytest.param("flaten", "Flatten", id="the known word keeps its capitals"),
        pytest.param("maxpool", "max-pool", id="a letter missing"),
        pytest.param("transformer", None, id="nothing like it"),
        pytest.param("", None, id="empty"),
        pytest.param("conv" * 10**5, None, id="far too long"),
    ],
)
def test_a_misspelt_word_is_recognised(word: str, meant: str | None) -> None:
    assert nearest(word, KINDS) == meant


def test_the_first_of_two_words_that_differ_in_case_is_meant() -> None:
    assert nearest("relu", ["ReLU", "relu"]) == "ReLU"


def test_only_the_beginning_of_a_long_word_is_compared() -> None:
    assert nearest("x" * 2_000, ["x" * LONGEST]) == "x" * LONGEST


def test_nothing_is_near_where_nothing_is_known() -> None:
    assert nearest("conv", []) is None


def test_only_so_many_known_words_are_looked_through() -> None:
    known = [*(f"zz{number}" for number in range(MOST_KNOWN)), "conv"]
    assert nearest("conv", known) is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param("5×5 kernel", "a 5×5 kernel", id="five"),
        pytest.param("8×9 map", "an 8×9 map", id="eight"),
        pytest.param("80×9 map", "an 80×9 map", id="eighty"),
        pytest.param("11×12 kernel", "an 11×12 kernel", id="eleven"),
        pytest.param("18×5 map", "an 18×5 map", id="eighteen"),
        pytest.param("1×8 kernel", "a 1×8 kernel", id="one"),
        pytest.param("110×8 map", "a 110×8 map", id="one hundred and ten"),
        pytest.param("180×8 map", "a 180×8 map", id="one hundred and eighty"),
        pytest.param("11025 input", "an 11025 input", id="eleven thousand"),
        pytest.param("18000×8 map", "an 18000×8 map", id="eighteen thousand"),
        pytest.param("11000000 input", "an 11000000 input", id="eleven million"),
        pytest.param("110000 input", "a 110000 input", id="one hundred and ten thousand"),
        pytest.param("upsample layer", "an upsample layer", id="a word that begins with a vowel"),
        pytest.param("conv layer", "a conv layer", id="a word that does not"),
    ],
)
def test_an_article_is_that_of_the_sound(words: str, said: str) -> None:
    assert an(words) == said
