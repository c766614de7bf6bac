"""Which member of one sequence is which of another: by their names, then in order by ever looser keys.

Names that a person gave pair first, wherever they stand; those that kept their order divide both sequences
into stretches. A stretch of the same kinds on both sides pairs one by one. In others members pair in order
where a key is equal, the longest such sequence by Myers' O(ND) algorithm (1986), then what is left between
them by the next key. The work is limited to a fixed
number of steps for each member: two sequences that differ too much for it are paired by counting how often
each key came before, in O(N log N).
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Pair: TypeAlias = tuple[int, int]
"""The index of a member in either sequence."""

STEPS_EACH, STEPS_AT_LEAST = 30, 600_000
"""Steps that the search by one key may take: so many for each member, and so many for all of them."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a sequence: its name, if a person gave it, its kind, and the keys, the most exact first."""

    name: str
    given: bool
    kind: Hashable
    keys: tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """Pairs in the order of the second sequence; ``moved`` are those out of the order of the first."""

    pairs: tuple[Pair, ...]
    moved: frozenset[Pair]


def align(before: Sequence[Member], after: Sequence[Member]) -> Alignment:
    """Pair the members of two sequences; with the two exchanged, the same pairs.

    >>> one = [Member(name, True, "conv", ()) for name in ("C1", "C2", "C3")]
    >>> other = [Member(name, True, "conv", ()) for name in ("C1", "C3", "C4")]
    >>> align(one, other).pairs
    ((0, 0), (2, 1))
    """
    if _exchanged(before, after):
        found, moved = _aligned(after, before)
        pairs = tuple(sorted([(one, other) for other, one in found], key=lambda pair: pair[1]))
        return Alignment(pairs, frozenset((one, other) for other, one in moved))
    found, moved = _aligned(before, after)
    return Alignment(tuple(sorted(found, key=lambda pair: pair[1])), frozenset(moved))


def _exchanged(before: Sequence[Member], after: Sequence[Member]) -> bool:
    """Whether the second sequence is searched as the first: of two in either order always the same one."""
    if len(before) != len(after):
        return len(before) > len(after)
    for one, other in zip(before, after, strict=True):
        if one != other:
            return (one.name, repr(one.keys)) > (other.name, repr(other.keys))
    return False


def _aligned(before: Sequence[Member], after: Sequence[Member]) -> tuple[list[Pair], set[Pair]]:
    named = _by_name(before, after)
    kept = rising(named)
    pairs, gaps = [*named], []
    for gap in _between(before, after, named, kept):
        if [before[index].kind for index in gap[0]] == [after[index].kind for index in gap[1]]:
            pairs += zip(*gap, strict=True)
        else:
            gaps.append(gap)
    steps = STEPS_EACH + STEPS_AT_LEAST // max(1, len(before) + len(after))
    levels = len(before[0].keys) if before else 0
    for level in range(levels):
        keys = [[member.keys[level] for member in members] for members in (before, after)]
        gaps = [left for gap in gaps for left in _matched(gap, keys, steps, pairs)]
    return pairs, {*named} - {*kept}


def _by_name(before: Sequence[Member], after: Sequence[Member]) -> list[Pair]:
    places = {member.name: place for place, member in enumerate(after) if member.given}
    return [
        (place, places[member.name])
        for place, member in enumerate(before)
        if member.given and member.name in places
    ]


Gap: TypeAlias = tuple[list[int], list[int]]
"""Indices in either sequence that are not paired yet, between the same neighbours."""


def _between(
    before: Sequence[Member], after: Sequence[Member], named: Sequence[Pair], kept: Sequence[Pair]
) -> Iterator[Gap]:
    """What is not paired by name, between the pairs that kept their order."""
    done, reached = ({one for one, _ in named}, {other for _, other in named}), (0, 0)
    for one, other in (*kept, (len(before), len(after))):
        yield (
            [index for index in range(reached[0], one) if index not in done[0]],
            [index for index in range(reached[1], other) if index not in done[1]],
        )
        reached = (one, other)


def _matched(gap: Gap, keys: Sequence[Sequence[Hashable]], steps: int, pairs: list[Pair]) -> Iterator[Gap]:
    """Add the pairs of a stretch whose keys are equal; what is left between them."""
    one, other = gap
    if not one or not other:
        return
    numbers: dict[Hashable, int] = {}
    first, second = (
        [numbers.setdefault(known[index], len(numbers)) for index in stretch]
        for known, stretch in zip(keys, gap, strict=True)
    )
    start = (0, 0)
    for found in (*common(first, second, steps), (len(one), len(other))):
        if found[0] < len(one):
            pairs.append((one[found[0]], other[found[1]]))
        yield one[start[0] : found[0]], other[start[1] : found[1]]
        start = (found[0] + 1, found[1] + 1)


def rising(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest part of pairs, which rise in their first index, that rises in the second too.

    >>> rising([(0, 2), (1, 0), (2, 1), (3, 3)])
    [(1, 0), (2, 1), (3, 3)]
    """
    ends: list[int] = []  # of the best part of each length, the second index of its last pair
    last: list[int] = []  # and where that pair stands
    previous: list[int] = []
    for place, (_, second) in enumerate(pairs):
        length = bisect_left(ends, second)
        ends[length : length + 1] = [second]
        last[length : length + 1] = [place]
        previous.append(last[length - 1] if length else -1)
    found, place = [], last[-1] if last else -1
    while place >= 0:
        found.append(pairs[place])
        place = previous[place]
    return found[::-1]


def common(before: Sequence[int], after: Sequence[int], steps: int) -> list[Pair]:
    """Where a common subsequence of two sequences stands in each; the longest, within so many steps a member.

    >>> common([1, 2, 3], [2, 3, 1], 30)
    [(1, 0), (2, 1)]
    """
    length = min(len(before), len(after))
    start = next((index for index in range(length) if before[index] != after[index]), length)
    length -= start
    end = next((index for index in range(length) if before[-1 - index] != after[-1 - index]), length)
    one, other = before[start : len(before) - end], after[start : len(after) - end]
    found = _longest(one, other, steps * (len(one) + len(other)))
    inner = _counted(one, other) if found is None else found
    return [
        *((index, index) for index in range(start)),
        *((first + start, second + start) for first, second in inner),
        *((len(before) - index, len(after) - index) for index in range(end, 0, -1)),
    ]


def _longest(before: Sequence[int], after: Sequence[int], most: int) -> list[Pair] | None:
    """The longest common subsequence, after Myers 1986; `None` where it takes more steps.

    ``rows[d][i]`` is how far along the first sequence one comes with d members left out of either, on the
    diagonal where that is 2i − d further than along the second.
    """
    rows: list[list[int]] = []
    steps = 0
    for left_out in range(len(before) + len(after) + 1):
        row = []
        for index in range(left_out + 1):
            start = reached = _start(rows, left_out, index)
            behind = 2 * index - left_out
            while (
                reached < len(before)
                and reached - behind < len(after)
                and before[reached] == after[reached - behind]
            ):
                reached += 1
            row.append(reached)
            steps += 1 + reached - start
        rows.append(row)
        end = len(before) - len(after) + left_out
        if end >= 0 and end % 2 == 0 and end // 2 <= left_out and row[end // 2] >= len(before):
            break
        if steps > most:
            return None
    return _traced(rows, len(before), len(after))


def _start(rows: Sequence[Sequence[int]], left_out: int, index: int) -> int:
    """How far one is on a diagonal after leaving one more out, before anything on it is equal."""
    if not left_out:
        return 0
    row = rows[left_out - 1]
    if index == 0 or (index < left_out and row[index - 1] < row[index]):
        return row[index]
    return row[index - 1] + 1


def _traced(rows: Sequence[Sequence[int]], first: int, second: int) -> list[Pair]:
    """The pairs on the way to the ends of both sequences."""
    found = []
    for left_out in range(len(rows) - 1, -1, -1):
        index = (first - second + left_out) // 2
        start = _start(rows, left_out, index)
        while first > start:
            first, second = first - 1, second - 1
            found.append((first, second))
        if left_out and (
            index == 0 or (index < left_out and rows[left_out - 1][index - 1] < rows[left_out - 1][index])
        ):
            second -= 1
        else:
            first -= 1
    return found[::-1]


def _counted(before: Sequence[int], after: Sequence[int]) -> list[Pair]:
    """Pairs of equal keys that came equally often before, as many as are in order."""
    places = {key: place for place, key in enumerate(_numbered(after))}
    return rising([(place, places[key]) for place, key in enumerate(_numbered(before)) if key in places])


def _numbered(keys: Sequence[int]) -> Iterator[Pair]:
    seen: Counter[int] = Counter()
    for key in keys:
        seen[key] += 1
        yield key, seen[key]
