"""A check of many files: what is found in all of them, on as many processors as there are."""

import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import takewhile
from multiprocessing import get_context
from pathlib import Path

from lenetcalc.checking.files import Document, documents, has_wildcard, kind_of, matching, searched, shown
from lenetcalc.checking.network import check_file, check_text, findings_of
from lenetcalc.errors import SpecError
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


def check(*paths: str | Path, processes: int = 1) -> Outcome:
    """Check specs and policies: files, directories, globs, or packaged networks by name.

    >>> outcome = check("lenet5")
    >>> outcome.fails(), outcome.expectations
    (False, 30)

    Raises:
        CallError: a path leads nowhere, or to no spec and no policy.
    """
    found, unread = documents([str(path) for path in paths])
    jobs = {each.path.resolve(): Job(each.path, each.file, []) for each in found if each.kind == "spec"}
    policies = [_policy(each, jobs) for each in found if each.kind == "policy"]
    files = [Checked(each.file, each.file, others=(each,)) for each in unread]
    return Outcome((*files, *policies, *_checked([*jobs.values()], processes)))


def check_stdin(text: bytes, file: str = "<stdin>") -> Outcome:
    """Check one spec that was read elsewhere."""
    return Outcome((check_text(text, file),))


def _checked(jobs: Sequence[Job], processes: int) -> Iterator[Checked]:
    if processes < 2 or len(jobs) < FEWEST_FOR_PROCESSES:
        yield from _check_all(jobs)
        return
    chunks = [jobs[start : start + CHUNK] for start in range(0, len(jobs), CHUNK)]
    context = get_context("fork" if sys.platform == "linux" else None)
    with ProcessPoolExecutor(min(processes, len(chunks)), mp_context=context) as pool:
        for checked in pool.map(_check_all, chunks):
            yield from checked


def _check_all(jobs: Sequence[Job]) -> list[Checked]:
    return [check_file(job.path, job.file, job.policies) for job in jobs]


def _policy(document: Document, jobs: dict[Path, Job]) -> Checked:
    """Read a policy and give it to the jobs of its specs, which are added where they are not there."""
    try:
        policy = loads_policy(read(document.path), file=document.file)
    except SpecError as error:
        found = tuple(findings_of(error, "invalid-policy", document.file))
        return Checked(document.file, document.file, others=found)
    others: list[Finding] = []
    for index, name in enumerate(policy.specs):
        meant = [*_specs(document.path.parent, name)]
        if not meant:
            others.append(_without_specs(policy, index, name))
        for each in meant:
            if isinstance(each, Finding):
                others.append(each)
            else:
                job = jobs.setdefault(each.resolve(), Job(each, shown(each), []))
                if policy not in job.policies:
                    job.policies.append(policy)
    return Checked(document.file, policy.name or document.file, others=tuple(others))


def _specs(folder: Path, name: str) -> Iterator[Path | Finding]:
    """The specs that a policy means by one of its names; nothing outside of where it may reach."""
    if not _is_within_reach(folder, name):
        return
    for path in [folder / name] if os.path.isdir(folder / name) else matching(folder, name):
        if os.path.isdir(path):
            yield from (each if isinstance(each, Finding) else each.path for each in searched(path))
        elif isinstance(kind := kind_of(path), Finding):
            yield kind
        elif kind == "spec" or (kind is None and not has_wildcard(name)):
            yield path
    if name in packaged() and not (folder / name).exists():
        yield packaged()[name]


def _is_within_reach(folder: Path, name: str) -> bool:
    """Whether a name leads into the folder of the policy, or into the one that the check runs in.

    Both are resolved, so that neither .. nor a link leads out.
    """
    parts = Path(name).parts
    fixed = [*takewhile(lambda part: not has_wildcard(part), parts)]
    if "\0" in name or ".." in parts[len(fixed) :]:
        return False
    start = folder.joinpath(*fixed).resolve()
    return any(start.is_relative_to(root.resolve()) for root in (folder, Path.cwd()))


def _without_specs(policy: Policy, index: int, name: str) -> Finding:
    place = policy.place(("specs", index))
    message = f"specs names {harmless(name)}: there is no spec of that name in reach"
    hint = "names are seen from the folder of the policy, and lead into it or the working directory"
    return Finding("policy-without-specs", message, place, policy.file, path=("specs", index), hint=hint)


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
