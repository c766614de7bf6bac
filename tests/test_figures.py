"""Published figures: exact, or rounded and cut as they are printed."""

import pytest
from pydantic_core import PydanticCustomError

from lenetcalc.figures import read_figure


@pytest.mark.parametrize(
    ("printed", "number", "rounds", "cut"),
    [
        (61706, 61706, True, True),
        (61706, 61707, False, False),
        ("60k", 60499, True, True),
        ("60k", 60501, False, True),
        ("60M", 60965224, False, True),
        ("4.2M", 4231976, True, True),
        ("4.2M", 4250000, True, True),
        ("4.2M", 4149999, False, False),
        ("3.8e9", 3857973248, False, True),
        ("112Ki", 114688, True, True),
        ("1.5G", 1582671872, False, True),
        ("8 k", 8499, True, True),
    ],
)
def test_a_figure_stands_for_what_rounds_to_it(printed: object, number: int, rounds: bool, cut: bool) -> None:
    figure = read_figure(printed)
    assert (figure.rounds_to(number), figure.cut_from(number)) == (rounds, cut)


@pytest.mark.parametrize("wrong", [-1, 1.5, True, "sixty", "60", "60 000k", "1e999", "１M", None, [], "-2k"])
def test_other_words_are_no_figures(wrong: object) -> None:
    with pytest.raises(PydanticCustomError, match="as in 60k"):
        read_figure(wrong)


def test_a_figure_is_read_once() -> None:
    figure = read_figure("60k")
    assert read_figure(figure) is figure
