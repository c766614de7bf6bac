"""Whatever a spec looks like, nothing but its wrong figures changes."""

import json
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from lenetcalc.freezing.freeze import Frozen
from tests.freezing.texts import HEAD, frozen


@dataclass(frozen=True)
class Part:
    """A piece of a spec as it is stated, and as it is when it is right."""

    stated: str
    right: str

    def __add__(self, other: "Part | str") -> "Part":
        other = other if isinstance(other, Part) else Part(other, other)
        return Part(self.stated + other.stated, self.right + other.right)


TOTAL = {
    "units": 64 + 72 + 3,
    "parameters": 239,
    "biases": 5,
    "weights": 234,
    "connections": 939,
    "macs": 864,
}
OF_A = {
    "units": 72,
    "parameters": 20,
    "biases": 2,
    "weights": 18,
    "fixed": 0,
    "connections": 720,
    "macs": 648,
}
WORDS = st.text("aé网🙂 #'\"{}[],:\\-&*!|>%@`\u202e\t", max_size=8)


@st.composite
def numbers(draw: st.DrawFn, right: int) -> Part:
    """A count, right or wrong, perhaps with a sign or zeros."""
    other = draw(st.just(right) | st.integers(0, 10**6))
    form = draw(st.sampled_from(["{}", "+{}", "00{}"]))
    return Part(form.format(other), form.format(other) if other == right else str(right))


@st.composite
def shapes(draw: st.DrawFn) -> Part:
    """An output, right or wrong, spelled with or without quotes or as a list."""
    sizes = draw(st.just([2, 6, 6]) | st.lists(st.integers(1, 99), min_size=3, max_size=3))
    sign, quote = draw(st.sampled_from("x×")), draw(st.sampled_from(["", "'", '"']))
    between = draw(st.sampled_from([None, ",", " ,", ", "]))
    if between is None:
        return Part(*[quote + sign.join(map(str, each)) + quote for each in (sizes, [2, 6, 6])])
    return Part(*["[" + between.join(map(str, each)) + "]" for each in (sizes, [2, 6, 6])])


@st.composite
def specs(draw: st.DrawFn) -> Part:
    """A spec that states some figures, in some order and layout, with words and signs around."""
    key = st.sampled_from(["{}", "'{}'", '"{}"', "{} "])
    comment = st.just("") | WORDS.map(lambda words: f"  # {words}")

    def entry(name: str, value: Part) -> Part:
        return Part("", "") + f"{draw(key).format(name)}: " + value

    figures = {name: draw(numbers(right)) for name, right in OF_A.items() if draw(st.booleans())}
    figures |= {"output": draw(shapes())}
    entries = [entry(name, figures[name]) for name in draw(st.permutations([*figures]))]
    text = (
        Part("", "")
        + f"{HEAD}# {draw(WORDS)}\nname: {json.dumps(draw(WORDS) + 'é')} # {draw(WORDS)}\nexpect:"
    )
    text += f"{draw(comment)}\n"
    for name, right in TOTAL.items():
        text = text + "  " + entry(name, draw(numbers(right))) + f"{draw(comment)}\n"
    text += "  layers:\n    A:"
    if draw(st.booleans()):
        text += " {"
        for each in entries:
            text += each + draw(st.sampled_from([",", " , ", ",\n      "]))
        text += f"}}{draw(comment)}\n"
    else:
        for each in entries:
            text = text + f"{draw(comment)}\n      " + each
        text += f"{draw(comment)}\n"
    text += draw(st.sampled_from(["", f"# {draw(WORDS)}\n", "\n \n"]))
    end, mark = draw(st.sampled_from(["\n", "\r\n"])), draw(st.sampled_from(["", "\ufeff"]))
    last = draw(st.sampled_from(["", "\n"]))
    return Part(*[mark + (each[:-1] + last).replace("\n", end) for each in (text.stated, text.right)])


@settings(max_examples=60, deadline=None)
@given(specs())
def test_nothing_but_wrong_figures_changes(part: Part) -> None:
    done = frozen(part.stated)
    assert done.text == part.right
    assert frozen(done.text) == Frozen(part.right, written=0, kept=done.written + done.kept)
    assert frozen(frozen(part.stated, layers=True).text, layers=True).written == 0
