"""Outcomes to report: a small one made by hand, large ones, and hostile ones that Hypothesis draws."""

from random import Random

from hypothesis import strategies as st

from lenetcalc.errors import Place
from lenetcalc.findings import RULES, Checked, Expectation, Finding, Outcome, Share

LENET, WIDE, POLICY = "nets/lenet5.yaml", "nets/wide.yaml", "policy.yaml"

DIFFERS = Finding(
    "figure-differs",
    "connections are 340,908, and 340,000 is stated",
    Place(LENET, 21, 11),
    LENET,
    path=("expect", "connections"),
    quantity="connections",
    found="340,908",
    found_number=340908,
    stated="340,000",
    stated_number=340000,
    hint="lenetcalc freeze writes the computed ones",
)
OVER = Finding(
    "over-budget",
    "parameters of C5 are 61,706, above the max: of 60,000",
    Place(POLICY, 4, 3),
    WIDE,
    path=("budget", 0, "max"),
    layer="C5",
    quantity="parameters",
    found="61,706",
    found_number=61706,
    stated="60,000",
    stated_number=60000,
    shares=(Share("C5", 48120, Place(WIDE, 9, 5)), Share("F6", 10164)),
    hint="give C5 fewer filters",
)
UNMEASURED = Finding("not-measured", "thop does not count rbf", Place(WIDE, 30), WIDE)
PUBLISHED = Finding("published-wrong", "its source prints 60,000 parameters", Place(LENET, 8, 2), LENET)
BROKEN = Finding("broken-network", "a 5×5 kernel does not fit a 4×4 map", Place("broken.yaml"), "broken.yaml")

SMALL = Outcome(
    (
        Checked(
            LENET,
            "LeNet-5",
            (
                Expectation("parameters", Place(LENET, 20, 11)),
                Expectation("connections", Place(LENET, 21, 11), DIFFERS),
            ),
            (PUBLISHED,),
        ),
        Checked(
            WIDE,
            "Wide",
            (
                Expectation("parameters at most 60,000", Place(POLICY, 4, 3), OVER),
                Expectation("thop", UNMEASURED.place, UNMEASURED),
            ),
        ),
        Checked("broken.yaml", "broken.yaml", (), (BROKEN,)),
        Checked("kept.yaml", "Kept", (Expectation("macs", Place("kept.yaml", 3, 3)),)),
    )
)
NOTHING = Outcome(())
WELL = Outcome(
    tuple(Checked(f"{name}.yaml", name, (Expectation("macs", Place("a", 1, 1)),) * 2) for name in "abc")
)


def many(count: int, rule: str = "figure-differs") -> Outcome:
    """A file with so many findings, all alike but for their lines."""
    findings = (Finding(rule, f"finding {each}", Place("a.yaml", each, 1), "a.yaml") for each in range(count))
    return Outcome((Checked("a.yaml", "a", tuple(Expectation("x", each.place, each) for each in findings)),))


def alone(finding: Finding) -> Outcome:
    """A file with one finding that belongs to no expectation."""
    return Outcome((Checked(finding.file, "a", (), (finding,)),))


FRAGMENTS = (
    *(
        "::error::x",
        "\n::error file=a::b",
        "##[add-mask]x",
        "##vso[task.x]",
        "  ::stop-commands::t",
        "%0A::warning::",
        "\r\n",
    ),
    *("\u202e", "\u2028", "\x1b[31m", "\x85", "\x00", "\ud800", "\udcff", "\ufffe", "\ufeff", "\U000e0001"),
    *("`", "``", "|", "\\", "\\|", "\\\\|", "@all", "#12", "]]>", "<!--", "<b>", "&amp;", "[a](b)", "{0}"),
    *("../", "/", "é", "卷积", "🙂", "::", ":", ",", "=", " ", ";", '"', "'", "%25", "a"),
)
hostile = st.lists(st.sampled_from(FRAGMENTS) | st.characters(), max_size=5).map("".join)


@st.composite
def _outcomes(draw: st.DrawFn) -> Outcome:
    """A few hostile texts, and an outcome in which every text is one of them."""
    texts = draw(st.lists(hostile, min_size=1, max_size=6))
    chance = Random(draw(st.integers(0, 10**6)))
    return Outcome(tuple(_file(texts, chance) for _ in range(chance.randint(0, 3))))


def _file(texts: list[str], chance: Random) -> Checked:
    held = (
        Expectation(
            chance.choice(texts), _place(texts, chance), chance.choice([None, _finding(texts, chance)])
        )
        for _ in range(chance.randint(0, 3))
    )
    others = (_finding(texts, chance) for _ in range(chance.randint(0, 3)))
    return Checked(chance.choice(texts), chance.choice(texts), tuple(held), tuple(others))


def _finding(texts: list[str], chance: Random) -> Finding:
    return Finding(
        chance.choice([*RULES]),
        chance.choice(texts),
        _place(texts, chance),
        chance.choice(texts),
        path=tuple(3 if chance.random() < 0.3 else chance.choice(texts) for _ in range(chance.randint(0, 2))),
        layer=chance.choice([None, *texts]),
        quantity=chance.choice([None, *texts]),
        found=chance.choice([None, "61,706", *texts]),
        stated=chance.choice([None, *texts]),
        shares=tuple(_share(texts, chance) for _ in range(chance.randint(0, 2))),
        hint=chance.choice(texts),
    )


def _share(texts: list[str], chance: Random) -> Share:
    value = chance.choice([-5, 0, 7, 10**20])
    return Share(chance.choice(texts), value, chance.choice([None, _place(texts, chance)]))


def _place(texts: list[str], chance: Random) -> Place:
    return Place(chance.choice(texts), chance.randint(0, 3), chance.randint(0, 3))


outcomes = _outcomes()
