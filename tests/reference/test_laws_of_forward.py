"""The fifth law, held by reading the sources: forward shares no rule and no arithmetic with its judges."""

import ast
import subprocess
import sys
from inspect import isabstract
from pathlib import Path

import pytest

from lenetcalc.layers import KINDS
from lenetcalc.layers.base import Layer
from tests.conftest import ROOT
from tests.reference.reading import Reader, Sources, sources

SOURCES = sources()
FOUNDATIONS = ("lenetcalc.tensors", "lenetcalc.scalars", "lenetcalc.layers.elementary")
LAYERS = "lenetcalc.layers."

kinds = pytest.mark.parametrize("layer", KINDS.values(), ids=KINDS)


def read_all(texts: Sources) -> set[tuple[str, str]]:
    """What all code of the forward pass uses and must not, each with the place where it does."""
    reader = Reader(texts)
    for layer in KINDS.values():
        reader.method(layer.__module__, layer.__name__, "forward")
    reader.method("lenetcalc.layers.functions", "Activation", "applied")
    for module in FOUNDATIONS:
        reader.whole(module)
    return reader.found


def with_planted(module: str, text: str, planted: str) -> Sources:
    """The sources with other code in place of some that is there, where it stands last."""
    before, found, after = SOURCES[module].rpartition(text)
    assert found, f"{module} no longer has {text}"
    return {**SOURCES, module: before + planted + after}


def shared(texts: Sources, layer: type[Layer]) -> set[str]:
    """The code that the forward pass of a kind and its other rules both come to."""
    forward, rules = Reader(texts), Reader(texts)
    forward.method(layer.__module__, layer.__name__, "forward")
    for rule in ("output", "cases", "count", "weights", "narrowed", "repairs"):
        rules.method(layer.__module__, layer.__name__, rule)
    return {str(place) for place, _ in forward.seen} & {str(place) for place, _ in rules.seen}


@kinds
def test_every_kind_defines_forward(layer: type[Layer]) -> None:
    assert layer.forward is not Layer.forward
    assert not isabstract(layer)


@kinds
def test_forward_uses_no_sibling_rule(layer: type[Layer]) -> None:
    reader = Reader(SOURCES)
    reader.method(layer.__module__, layer.__name__, "forward")
    assert reader.found == set()
    assert {place.name for place, _ in reader.seen} >= {"forward"}


@kinds
def test_forward_and_the_other_rules_come_to_no_code_in_common(layer: type[Layer]) -> None:
    assert shared(SOURCES, layer) == set()


@pytest.mark.parametrize(
    ("kind", "module", "text", "planted", "common"),
    [
        pytest.param(
            *("max-pool", "windowed", "stride=self.kernel if self.stride is None else self.stride,\n"),
            *("stride=self.step,\n", "layers.windowed.Pooling.step"),
            id="a property",
        ),
        pytest.param(
            *("conv", "conv", 'filters = channels if self.filters == "same" else self.filters\n'),
            *("filters = self.maps(channels)\n", "layers.grouped.Grouped.maps"),
            id="a method without formulas",
        ),
        pytest.param(
            *("upsample", "upsample", "factors = each_axis(self.factor, len(size))\n"),
            *("factors = self._sizes(size)\n", "layers.upsample.Upsample._sizes"),
            id="a helper",
        ),
        pytest.param(
            *("add", "merge", "block = prod(tensor.shape[axis + 1 :])\n"),
            *("block = axis_name(1, 2)\n", "layers.merge.axis_name"),
            id="a function of the module",
        ),
    ],
)
def test_code_in_common_is_found(kind: str, module: str, text: str, planted: str, common: str) -> None:
    assert common in shared(with_planted(LAYERS + module, text, planted), KINDS[kind])


def test_activations_are_computed_without_the_rules_of_their_counts() -> None:
    reader = Reader(SOURCES)
    reader.method("lenetcalc.layers.functions", "Activation", "applied")
    assert (reader.found, {place.name for place, _ in reader.seen}) == (
        set(),
        {"applied", "arguments", "_spread"},
    )


@pytest.mark.parametrize("module", FOUNDATIONS)
def test_what_forward_is_written_in_uses_no_arithmetic_of_counts(module: str) -> None:
    reader = Reader(SOURCES)
    reader.whole(module)
    assert reader.found == set()
    assert len(reader.seen) > 10


def test_helpers_are_followed_through_modules_and_classes() -> None:
    """Of max pooling the way of its window, which stands in another module."""
    reader = Reader(SOURCES)
    reader.method("lenetcalc.layers.pool", "MaxPool", "forward")
    assert {str(place) for place, _ in reader.seen} == {
        "layers.pool.MaxPool.forward",
        "layers.windowed.Pooling.way",
    }


AT_CONV = ("conv", "outputs: list[list[Scalar]] = [[] for _ in kernels]\n")
ON_CONV = "layers.conv.Conv.forward"


@pytest.mark.parametrize(
    ("module", "text", "planted", "place", "used"),
    [
        pytest.param(*AT_CONV, "self.output(inputs[0].shape)\n", ON_CONV, "output", id="output"),
        pytest.param(*AT_CONV, "self.count(size, 1)\n", ON_CONV, "count", id="count"),
        pytest.param(*AT_CONV, "self.cases(size, 1)\n", ON_CONV, "cases", id="cases"),
        pytest.param(*AT_CONV, "self.weights((size,))\n", ON_CONV, "weights", id="weights"),
        pytest.param(*AT_CONV, "self.slid(1, self)\n", ON_CONV, "slid", id="slid"),
        pytest.param(*AT_CONV, "self.filtered(channels)\n", ON_CONV, "filtered", id="filtered"),
        pytest.param(*AT_CONV, "[[] for _ in range(self.maps(channels))]\n", ON_CONV, "maps", id="maps()"),
        pytest.param(*AT_CONV, "super().output(inputs[0].shape)\n", ON_CONV, "output", id="of super"),
        pytest.param(*AT_CONV, "type(self).output(self, size)\n", ON_CONV, "output", id="of the class"),
        pytest.param(*AT_CONV, "layer = self\n", ON_CONV, "self", id="by another name"),
        pytest.param(*AT_CONV, "getattr(self, name)(size)\n", ON_CONV, "getattr", id="hidden"),
        pytest.param(*AT_CONV, "find('output')(self)\n", ON_CONV, "'output'", id="as text"),
        pytest.param(*AT_CONV, "self.MACS.text\n", ON_CONV, "MACS", id="a formula of the class"),
        pytest.param(*AT_CONV, "Formula('1')\n", ON_CONV, "lenetcalc.formula.Formula", id="a formula"),
        pytest.param(*AT_CONV, "outside_taps(size)\n", ON_CONV, "lenetcalc.shapes.outside_taps", id="taps"),
        pytest.param(*AT_CONV, "Conv(filters=1, kernel=1)\n", ON_CONV, "Conv", id="a layer"),
        pytest.param(
            *AT_CONV, "from lenetcalc import shapes\n", ON_CONV, "lenetcalc.shapes", id="imported inside"
        ),
        pytest.param(
            *AT_CONV, "import lenetcalc.ledger as own\n", ON_CONV, "lenetcalc.ledger", id="a module inside"
        ),
        pytest.param(*AT_CONV, "import numpy\n", ON_CONV, "numpy", id="numpy"),
        pytest.param(
            *("conv", 'groups = channels if self.groups == "depthwise" else self.groups\n'),
            *("groups = self.grouped(channels)\n", "layers.conv.Conv._reading", "grouped"),
            id="in a helper",
        ),
        pytest.param(
            *("windowed", "return walk(\n", "return windows(\n"),
            *("layers.windowed.Pooling.way", "lenetcalc.shapes.windows"),
            id="in a helper of a base",
        ),
        pytest.param(
            *("windowed", "return walk(\n", "return self.laid(\n"),
            *("layers.windowed.Pooling.way", "laid"),
            id="a rule in a helper of a base",
        ),
        pytest.param(
            *("merge", "block = prod(tensor.shape[axis + 1 :])\n", "block = Case({'size': 1})\n"),
            *("layers.merge._spread", "lenetcalc.notation.Case"),
            id="in a function of the module",
        ),
        pytest.param(
            *("adaptive", "windows = [*self.reads(size)]\n", "windows = COMBINED\n"),
            *("layers.adaptive.COMBINED", "lenetcalc.formula.Formula"),
            id="in a constant of the module",
        ),
        pytest.param(
            *("upsample", "larger = each_axis(", "larger = linear_taps("),
            *("layers.upsample.Upsample.forward", "lenetcalc.resizing.linear_taps"),
            id="resizing",
        ),
        pytest.param(
            *("order", "each = len(maps) // self.groups\n", "each = check_groups(self.groups, {})\n"),
            *("layers.order.ChannelShuffle.forward", "lenetcalc.layers.base.check_groups"),
            id="a check of the base",
        ),
        pytest.param(
            *("functions", "compute: Any = self.function.compute\n", "compute = self.function.operations\n"),
            *("layers.functions.Activation.applied", "operations"),
            id="in an activation",
        ),
        pytest.param(
            *(
                "elementary",
                "from lenetcalc.scalars import Numbers\n",
                "from lenetcalc.formula import Working\n",
            ),
            *("layers.elementary", "lenetcalc.formula.Working"),
            id="imported by the functions",
        ),
        pytest.param(
            *("tensors", "from math import prod\n", "from lenetcalc.shapes import ends\n"),
            *("tensors", "lenetcalc.shapes.ends"),
            id="imported by the tensors",
        ),
        pytest.param(
            *("scalars", "return max(values)\n", "from lenetcalc.notation import Case\n"),
            *("scalars.Floats.largest", "lenetcalc.notation.Case"),
            id="imported by the scalars",
        ),
    ],
)
def test_a_forbidden_use_is_found(module: str, text: str, planted: str, place: str, used: str) -> None:
    home = f"lenetcalc.{module}" if module in ("tensors", "scalars") else LAYERS + module
    assert (place, used) in read_all(with_planted(home, text, planted))


def test_nothing_of_the_reference_imports_what_is_not_needed() -> None:
    """Beside the package and the standard library only the one library for its format of files."""
    named = {
        alias.name if isinstance(node, ast.Import) else str(node.module)
        for path in (ROOT / "lenetcalc/reference").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    outside = {name.split(".")[0] for name in named} - sys.stdlib_module_names
    assert outside == {"lenetcalc", "safetensors"}


def test_a_run_loads_no_numpy(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from lenetcalc import analyze, forward, load, verify\n"
        "from lenetcalc.reference.files import read_arrays\n"
        "from lenetcalc.reference.safetensors_arrays import safetensors_of\n"
        "Path(sys.argv[1]).write_bytes(safetensors_of([])); read_arrays(sys.argv[1])\n"
        "forward(load('lenet1')); [*verify(analyze(load('lenet1')))]; print('numpy' in sys.modules)"
    )
    call = [sys.executable, "-c", code, str(tmp_path / "a.safetensors")]
    done = subprocess.run(call, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.stdout, done.stderr) == ("False\n", "")
