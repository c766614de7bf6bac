"""Published figures: exact, or rounded and cut as they are printed."""

import pytest
from pydantic_core import PydanticCustomError

from lenetcalc.figures import read_bytes, read_figure


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
        ("1.2Ki", 1177, False, False),  # 1,228.8 ± 51.2
        ("1.2Ki", 1178, True, False),
        ("1.2Ki", 1228, True, False),
        ("1.2Ki", 1229, True, True),
        ("1.2Ki", 1280, True, True),
        ("1.2Ki", 1281, False, True),
    ],
)
def test_a_figure_stands_for_what_rounds_to_it(printed: object, number: int, rounds: bool, cut: bool) -> None:
    figure = read_figure(printed)
    assert (figure.rounds_to(number), figure.cut_from(number)) == (rounds, cut)


@pytest.mark.parametrize("wrong", [-1, 1.5, True, "sixty", "60", "60 000k", "1e999", "１M", None, [], "-2k"])
def test_other_words_are_no_figures(wrong: object) -> None:
    with pytest.raises(PydanticCustomError, match="as in 60k"):
        read_figure(wrong)


@pytest.mark.parametrize("wrong", ["1.2345k", "3.8e0", "3.80e1", "0.00001k", "1.0000k"])
def test_a_figure_finer_than_whole_numbers_is_refused(wrong: str) -> None:
    with pytest.raises(
        PydanticCustomError, match="^it has more decimals than its suffix has places$"
    ) as error:
        read_figure(wrong)
    assert (error.value.context or {})["hint"] == "write the whole number"


@pytest.mark.parametrize(("printed", "value"), [("1.234k", 1_234), ("3.8e1", 38), ("0.001k", 1), ("5e0", 5)])
def test_a_figure_as_fine_as_whole_numbers_is_exact(printed: str, value: int) -> None:
    figure = read_figure(printed)
    around = [figure.rounds_to(number) for number in (value - 1, value, value + 1)]
    assert (figure.value, around) == (value, [False, True, False])


@pytest.mark.parametrize("bare", [3.8e9, 1e3])  # as YAML reads them without quotes
def test_a_figure_without_quotes_has_lost_its_digits(bare: float) -> None:
    with pytest.raises(PydanticCustomError, match="^it must be a whole number, or one as printed") as error:
        read_figure(bare)
    assert (error.value.context or {})["hint"] == "put quotes around it, which keep its digits"


@pytest.mark.parametrize("wrong", ["sixty", None, True])
def test_what_is_no_number_is_not_told_to_be_quoted(wrong: object) -> None:
    with pytest.raises(PydanticCustomError) as error:
        read_figure(wrong)
    assert (error.value.context or {})["hint"] == ""


def test_a_figure_is_read_once() -> None:
    figure = read_figure("60k")
    assert read_figure(figure) is figure


@pytest.mark.parametrize(
    ("printed", "least", "most"),
    [
        pytest.param(512, 512, 512, id="whole"),
        pytest.param("512B", 512, 512, id="bytes"),
        pytest.param("256KiB", 262144 - 512, 262144 + 512, id="binary"),
        pytest.param("1.5MB", 1_450_000, 1_550_000, id="decimal"),
        pytest.param("3 kB", 2_500, 3_500, id="space"),
        pytest.param("0.5KiB", 461, 563, id="half"),  # 512 ± 51.2
        pytest.param("22.97KiB", 23_517, 23_526, id="no whole number"),  # 23,521.28 ± 5.12
    ],
)
def test_bytes_are_read_with_their_units(printed: object, least: int, most: int) -> None:
    figure = read_bytes(printed)
    around = [figure.rounds_to(number) for number in (least - 1, least, most, most + 1)]
    assert around == [False, True, True, False]


@pytest.mark.parametrize("wrong", [-1, 1.5, True, "256", "256Kib", "256 KiBs", "1M", "kB", "１kB", None])
def test_other_words_are_no_bytes(wrong: object) -> None:
    with pytest.raises(PydanticCustomError, match="^it must be bytes"):
        read_bytes(wrong)


@pytest.mark.parametrize("wrong", ["0.5B", "1.0001kB", "512.0B"])
def test_parts_of_bytes_are_refused(wrong: str) -> None:
    with pytest.raises(PydanticCustomError, match="more decimals than its suffix has places"):
        read_bytes(wrong)
