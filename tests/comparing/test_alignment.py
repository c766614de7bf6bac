"""Pairing two sequences: names, order, keys, and the limit on the work."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetcalc.comparing.alignment import Alignment, Member, align, common, rising


def members(words: str) -> list[Member]:
    """Members written as ``name:key``; a name in capitals is given. The second key is the first letter."""
    split = [word.split(":") for word in words.split()]
    return [Member(name, name.isupper(), key[0], (key, key[0])) for name, key in split]


def named(before: str, after: str) -> list[tuple[str, str]]:
    """The pairs by name."""
    one, other = members(before), members(after)
    return [(one[first].name, other[second].name) for first, second in align(one, other).pairs]


@pytest.mark.parametrize(
    ("before", "after", "pairs"),
    [
        pytest.param("A:c1 B:p1", "A:c1 B:p1", [("A", "A"), ("B", "B")], id="the same"),
        pytest.param("A:c1 B:p1", "A:d1 B:p1", [("A", "A"), ("B", "B")], id="a name goes before a key"),
        pytest.param("A:c1", "X:c1", [("A", "X")], id="renamed"),
        pytest.param("a:c1 b:c2", "x:c3 y:c4", [("a", "x"), ("b", "y")], id="same kinds, one by one"),
        pytest.param("a:c1 b:c2", "x:c2 y:c3", [("a", "x"), ("b", "y")], id="position before key"),
        pytest.param("a:c1 b:c2", "x:c1 y:c9 z:c2", [("a", "x"), ("b", "z")], id="one between"),
        pytest.param("a:c1 b:p1 c:c2", "x:c1 z:c3", [("a", "x"), ("c", "z")], id="left over, by kind"),
        pytest.param("a:c1", "x:p1", [], id="nothing alike"),
        pytest.param("", "x:p1", [], id="nothing before"),
        pytest.param("a:c1 N:p1 b:c1", "x:c1 N:p1", [("a", "x"), ("N", "N")], id="a name divides"),
    ],
)
def test_pairs(before: str, after: str, pairs: list[tuple[str, str]]) -> None:
    assert named(before, after) == pairs


def test_given_names_out_of_order_have_moved() -> None:
    found = align(members("A:c1 B:c2 C:c3"), members("B:c2 C:c3 A:c1"))
    assert found == Alignment(((1, 0), (2, 1), (0, 2)), frozenset({(0, 2)}))


keys = st.lists(st.integers(0, 3), max_size=12)


def longest(one: Sequence[int], other: Sequence[int]) -> int:
    """The length of the longest common subsequence, by the textbook's table."""
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for row, first in enumerate(one):
        for column, second in enumerate(other):
            best = max(table[row][column + 1], table[row + 1][column])
            table[row + 1][column + 1] = table[row][column] + 1 if first == second else best
    return table[-1][-1]


@given(keys, keys)
def test_the_longest_common_part_is_found(one: list[int], other: list[int]) -> None:
    found = common(one, other, 1000)
    assert all(one[first] == other[second] for first, second in found)
    assert rising(found) == found
    assert len(found) == longest(one, other)


@given(keys, keys)
def test_with_no_time_a_common_part_is_found_all_the_same(one: list[int], other: list[int]) -> None:
    found = common(one, other, 0)
    assert all(one[first] == other[second] for first, second in found)
    assert rising(found) == found


def test_two_long_sequences_with_nothing_in_order_take_few_steps() -> None:
    """Ten thousand members each: a search for the longest part would take some 10^8 steps."""
    one = [*range(10_000)]
    assert len(common(one, one[::-1], 3)) == 1
    assert len(common(one, one[5_000:] + one[:5_000], 3)) == 5_000


drawn = st.lists(
    st.builds(
        lambda name, given, kind, key: Member(name, given, kind, ((kind, key), kind)),
        *(st.sampled_from("ABCDEF"), st.booleans(), st.sampled_from("cp"), st.integers(0, 3)),
    ),
    max_size=6,
    unique_by=lambda member: member.name,
)


@given(drawn, drawn)
def test_exchanged_sequences_have_the_same_pairs(one: list[Member], other: list[Member]) -> None:
    there, back = align(one, other), align(other, one)
    assert {(second, first) for first, second in back.pairs} == {*there.pairs}
    assert len({first for first, _ in there.pairs}) == len(there.pairs)
    assert {(second, first) for first, second in back.moved} == there.moved
