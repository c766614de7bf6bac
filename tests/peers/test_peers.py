"""What the conventions say that tools print, against the tools themselves, run on the same networks."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from importlib.util import find_spec
from multiprocessing import get_context
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from lenetcalc import SpecError, analyze, loads
from lenetcalc.counting import Counted, conventions, counted
from tests.peers import counting
from tests.peers.drawn import KINDS, networks
from tests.peers.networks import NETWORKS

Peer: TypeAlias = tuple[str, Callable[[str], int]]
"""The name of a tool's convention, and what the tool prints of a spec."""

if not find_spec("torch"):
    pytest.skip("torch is not installed", allow_module_level=True)


LESS = {("thop", "adaptive-average-pool"): 1}
"""How much less a tool prints of a kind: thop rounds down what it has divided in floating point."""


@pytest.fixture(scope="module", params=counting.TOOLS)
def peer(request: pytest.FixtureRequest) -> Iterator[Peer]:
    """A tool in a process of its own, since some replace functions of PyTorch."""
    name = request.param
    if not find_spec(counting.TOOLS[name].package):
        pytest.skip(f"{name} is not installed")
    context = get_context("forkserver")
    context.set_forkserver_preload(["torch"])
    with ProcessPoolExecutor(1, mp_context=context) as process:
        yield name, lambda spec: process.submit(counting.total, name, spec).result(timeout=60)


def described(name: str, spec: str) -> Counted:
    """A network as the convention of a tool counts it."""
    return counted(analyze(loads(spec)), conventions()[name])


def test_the_table_describes_the_version_that_is_run(peer: Peer) -> None:
    name, _ = peer
    assert version(counting.TOOLS[name].package).startswith(conventions()[name].version)


@pytest.mark.parametrize("network", NETWORKS)
def test_a_network_is_counted_as_the_tool_counts_it(peer: Peer, network: str) -> None:
    name, total = peer
    assert described(name, NETWORKS[network]).printed == total(NETWORKS[network])


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_a_layer_is_counted_as_the_tool_counts_it(peer: Peer, kind: str, data: st.DataObject) -> None:
    name, total = peer
    spec = data.draw(networks(kind))
    try:
        description = described(name, spec)
        number = total(spec)
    except (SpecError, counting.UntranslatableError):
        reject()
    assert description.printed is not None
    assert 0 <= description.printed - number <= LESS.get((name, kind), 0)
