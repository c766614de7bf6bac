"""Figures as they are printed: ``61,706`` is exact, ``4.2M`` stands for all that rounds to it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Annotated

from lenetcalc.layers.fields import Reader, refuse, whole_number

_PRINTED = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,6}))?(?: ?(k|K|M|G|B|T|Ki|Mi|Gi)|e([0-9]{1,2}))", re.ASCII)
_UNITS: Mapping[str, int] = {
    **{"k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "B": 10**9, "T": 10**12},
    **{"Ki": 2**10, "Mi": 2**20, "Gi": 2**30},
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as printed, and how much its last digit is worth: 1 where it is exact.

    ``value`` is whole; ``rest`` what a binary suffix leaves beside it, as in 1.2Ki, which is 1228.8.

    >>> read_figure("4.2M").rounds_to(4_231_976), read_figure("3.8e9").rounds_to(3_857_973_248)
    (True, False)
    >>> read_figure("3.8e9").cut_from(3_857_973_248)
    True
    """

    text: str
    value: int
    step: Fraction
    rest: Fraction = Fraction(0)

    @property
    def number(self) -> Fraction:
        """What is printed, to the last fraction."""
        return self.value + self.rest

    @property
    def exact(self) -> bool:
        """Whether it was printed as a whole number."""
        return self.text.isdecimal()

    def rounds_to(self, number: int) -> bool:
        """Whether it is what the number rounds to; half a last digit may go either way."""
        return number == self.number if self.step <= 1 else abs(number - self.number) <= self.step / 2

    def cut_from(self, number: int) -> bool:
        """Whether it is the number with its further digits cut off."""
        return 0 <= number - self.number < self.step


def read_figure(value: object) -> Figure:
    """A figure from a whole number, or as printed with a suffix; raises `PydanticCustomError` for others."""
    lost = isinstance(value, float) and value >= 1000
    hint = "put quotes around it, which keep its digits" if lost else ""
    rule = "it must be a whole number, or one as printed, as in 60k, 4.2M, '3.8e9' or 112Ki"
    return _read(value, _PRINTED, _UNITS, rule, hint)


def _read(
    value: object, pattern: re.Pattern[str], units: Mapping[str, int], rule: str, hint: str = ""
) -> Figure:
    if isinstance(value, Figure):
        return value
    if type(value) is int and 0 <= value < 10**18:
        return Figure(str(value), value, Fraction(1))
    printed = pattern.fullmatch(value) if isinstance(value, str) else None
    if printed is None:
        refuse(rule, hint)
    decimals = printed[2] or ""
    step = Fraction(units[printed[3]] if printed[3] else 10 ** int(printed[4]), 10 ** len(decimals))
    if step < 1:
        refuse("it has more decimals than its suffix has places", "write the whole number")
    number = int(printed[1] + decimals) * step
    return Figure(printed[0], floor(number), step, number - floor(number))


_FORM = re.compile(r"([0-9.]+)([^0-9.].*)", re.DOTALL)


def reprinted(figure: Figure, number: int) -> str:
    """A number in the form of a figure: with as many decimals, and its suffix, half a last digit rounded up.

    It is written in full where the figure is, or where it would come to 0, or to over 15 digits and a suffix.

    >>> reprinted(read_figure("61.2M"), 4_250_000), reprinted(read_figure("61.2M"), 520)
    ('4.3M', '520')
    """
    form = _FORM.fullmatch(figure.text)
    places = len(form[1].partition(".")[2]) if form else 0
    rounded = floor(number / figure.step + Fraction(1, 2))
    whole, decimals = divmod(rounded, 10**places)
    if form is None or whole >= 10**15 or (number and not rounded):
        return str(number)
    return f"{whole}.{decimals:0{places}}{form[2]}" if places else f"{whole}{form[2]}"


Printed = Annotated[
    Figure,
    Reader(read_figure, {"anyOf": [whole_number(0), {"type": "string", "pattern": f"^{_PRINTED.pattern}$"}]}),
]
"""The type of a field that holds a published figure."""

_PRINTED_BYTES = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,6}))? ?(B|[kKMGT]B|[KMGT]iB)", re.ASCII)
_BYTE_UNITS: Mapping[str, int] = {
    **{"B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12},
    **{"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40},
}


def read_bytes(value: object) -> Figure:
    """Bytes from a whole number, or as printed with a unit; raises `PydanticCustomError` for others.

    >>> read_bytes("256KiB").value, read_bytes("1.5MB").value
    (262144, 1500000)
    """
    rule = "it must be bytes: a whole number, or with a unit, as in 256KiB, 1.5MB or 512B"
    return _read(value, _PRINTED_BYTES, _BYTE_UNITS, rule)


PrintedBytes = Annotated[
    Figure,
    Reader(
        read_bytes,
        {"anyOf": [whole_number(0), {"type": "string", "pattern": f"^{_PRINTED_BYTES.pattern}$"}]},
    ),
]
"""The type of a field that holds bytes."""
