"""A check of many files: what is found in all of them, on as many processors as there are."""

import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from multiprocessing import get_context
from pathlib import Path

from lenetcalc.checking.files import (
    CallError,
    FileToCheck,
    files_to_check,
    has_wildcard,
    kind_of,
    matching,
    searched,
    shown,
)
from lenetcalc.checking.network import check_file, check_text, findings_of
from lenetcalc.errors import Place, SpecError
from lenetcalc.expansion import MOST_LAYERS
from lenetcalc.findings import Checked, Finding, Outcome
from lenetcalc.policy import Policy
from lenetcalc.spec import loads_policy, packaged, read
from lenetcalc.text import harmless

FEWEST_FOR_PROCESSES = 100
"""Files from which on several processes are faster than one."""

CHUNK = 25
"""Files that a process takes at a time."""


@dataclass(slots=True)
class Job:
    """A spec to check, with the policies that are for it."""

    path: Path
    file: str
    policies: list[Policy]


def check(*paths: str | Path, processes: int = 1, max_layers: int = MOST_LAYERS) -> Outcome:
    """Check specs and policies: files, directories, globs, or packaged networks by name.

    >>> outcome = check("lenet5")
    >>> outcome.fails(), len(outcome.expectations)
    (False, 30)

    Raises:
        CallError: a path leads nowhere, or to no spec and no policy.
    """
    if not paths:
        raise CallError("no path is given")
    found, unread = files_to_check([str(path) for path in paths])
    jobs = {each.path.resolve(): Job(each.path, each.file, []) for each in found if each.kind == "spec"}
    told = {each.file for each in unread}
    policies = [_policy(each, jobs, told) for each in found if each.kind == "policy"]
    files = [Checked(each.file, each.file, others=(each,)) for each in unread]
    return Outcome((*files, *policies, *_checked([*jobs.values()], processes, max_layers)))


def check_stdin(text: bytes, *, max_layers: int = MOST_LAYERS) -> Outcome:
    """Check one spec that was read from standard input."""
    return Outcome((check_text(text, "<stdin>", max_layers=max_layers),))


def _checked(jobs: Sequence[Job], processes: int, max_layers: int) -> Iterator[Checked]:
    if processes < 2 or len(jobs) < FEWEST_FOR_PROCESSES:
        yield from _check_all(jobs, max_layers)
        return
    chunks = [jobs[start : start + CHUNK] for start in range(0, len(jobs), CHUNK)]
    context = get_context("fork" if sys.platform == "linux" else None)
    with ProcessPoolExecutor(min(processes, len(chunks)), mp_context=context) as pool:
        for checked in pool.map(partial(_check_all, max_layers=max_layers), chunks):
            yield from checked


def _check_all(jobs: Sequence[Job], max_layers: int) -> list[Checked]:
    return [check_file(job.path, job.file, job.policies, max_layers=max_layers) for job in jobs]


def _policy(own: FileToCheck, jobs: dict[Path, Job], told: set[str]) -> Checked:
    """Read a policy and give it to the jobs of its specs, which are added where they are not there."""
    try:
        policy = loads_policy(read(own.path), file=own.file)
    except SpecError as error:
        found = tuple(findings_of(error, "invalid-policy", own.file))
        return Checked(own.file, own.file, others=found)
    others: list[Finding] = []
    for index, name in enumerate(policy.specs):
        meant = [*_meant(own.path.parent, name)]
        specs = [each for each in meant if isinstance(each, Path)]
        within = [each for each in specs if _is_within_reach(own.path.parent, each)]
        unread = [each for each in meant if isinstance(each, Finding) and each.file not in told]
        told.update(each.file for each in unread)
        others += unread
        is_packaged = not meant and name in packaged()
        if len(within) < len(specs) or not (meant or is_packaged):
            lost = next((each for each in specs if each not in within), None)
            others.append(_without_specs(policy, index, name, own.file, lost))
        for each in [packaged()[name]] if is_packaged else within:
            job = jobs.setdefault(each.resolve(), Job(each, shown(each), []))
            if not any(each is policy for each in job.policies):
                job.policies.append(policy)
    return Checked(own.file, policy.name or own.file, others=tuple(others))


def _meant(folder: Path, name: str) -> Iterator[Path | Finding]:
    """The specs that a policy means by one of its names, those that cannot be read among them."""
    fixed = [*takewhile(lambda part: not has_wildcard(part), Path(name).parts)]
    if "\0" in name or not _is_within_reach(folder, folder.joinpath(*fixed)):  # do not search elsewhere
        return
    if os.path.isdir(folder / name):
        for each in searched(folder / name):
            if isinstance(each, Finding):
                yield each
            elif each.kind == "spec":
                yield each.path
        return
    is_named = os.path.lexists(folder / name)
    for path in [folder / name] if is_named else matching(folder, name):
        kind = kind_of(path)
        if isinstance(kind, Finding):
            yield kind
        elif kind == "spec" or (kind is None and is_named):
            yield path


def _is_within_reach(folder: Path, path: Path) -> bool:
    """Whether a path leads into the folder of the policy, or into the one that the check runs in.

    Both are resolved, so that neither .. nor a link leads out.
    """
    found = path.resolve()
    return any(found.is_relative_to(root.resolve()) for root in (folder, Path.cwd()))


def _without_specs(policy: Policy, index: int, name: str, file: str, lost: Path | None) -> Finding:
    place = policy.place(("specs", index)) or Place(file)
    why = (
        f"{harmless(shown(lost))} lies out of its reach" if lost else "there is no spec of that name in reach"
    )
    hint = "names are seen from the folder of the policy, and lead into it or the working directory"
    return Finding(
        "policy-without-specs",
        f"specs names {harmless(name)}: {why}",
        place,
        file,
        path=("specs", index),
        hint=hint,
    )


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
