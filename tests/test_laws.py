"""The design's laws, held by tests: one way, one kind one module, light imports, nothing that prints."""

import ast
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

import lenetcalc as package
from lenetcalc.layers import KINDS, SPELLINGS, kind_of
from lenetcalc.layers.base import Layer, field_words
from lenetcalc.ledger import PARTS
from tests.conftest import ROOT

PACKAGE = ROOT / "lenetcalc"
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = {"click", "rich", "numpy", "torch", "tensorflow", "matplotlib", "onnx"}


def loaded(statement: str) -> set[str]:
    """The modules that a statement loads in a fresh interpreter."""
    code = f"import sys; before = set(sys.modules); {statement}; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


def test_imports_go_one_way() -> None:
    """The layers contract of import-linter holds."""
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([str(lint), "--no-cache"], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert not loaded("import lenetcalc") & (HEAVY | {"pydantic", "yaml"})


def test_the_whole_core_loads_neither_rich_nor_click() -> None:
    everything = loaded("from lenetcalc import analyze, load; analyze(load('lenet5'))")
    assert "lenetcalc.analysis" in everything
    assert not everything & HEAVY


def test_a_report_in_a_pipe_loads_no_rich() -> None:
    code = "import sys; sys.argv = ['lenetcalc', 'report', 'lenet5']; from lenetcalc.cli import main"
    lines = f"{code}\ntry: main()\nexcept SystemExit: print('rich' in sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stderr.strip() == "False"


def test_the_version_is_printed_without_loading_pydantic() -> None:
    code = "import sys; sys.argv = ['lenetcalc', '--version']; from lenetcalc.cli import main"
    lines = f"{code}\ntry: main()\nexcept SystemExit: print('pydantic' in sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True, cwd=ROOT)
    assert (done.stdout.split()[0], done.stderr.strip()) == ("lenetcalc", "False")


@pytest.mark.parametrize("name", package.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(package, name) is not None


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        getattr(package, "nothing")  # noqa: B009


def test_kinds_are_found() -> None:
    """Discovery finds what there is, so that an empty package cannot pass."""
    assert {"conv", "max-pool", "average-pool", "subsample", "dense", "rbf"} <= {*KINDS}


def test_every_module_of_a_kind_is_held_to_know_no_other() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (independent,) = [each["modules"] for each in contracts if each["type"] == "independence"]
    assert {*independent} == {layer.__module__ for layer in KINDS.values()}


@pytest.mark.parametrize("layer", KINDS.values(), ids=KINDS)
def test_a_kind_is_known_in_its_own_module_alone(layer: type[Layer]) -> None:
    """No module of the core names the class of a kind or asks for a kind by its name."""
    home = layer.__module__.rsplit(".", 1)[1]
    words = {layer.__name__, kind_of(layer)}
    for path in MODULES:
        if path.stem != home:
            assert not words & _code_words(path), path


@cache
def _code_words(path: Path) -> set[object]:
    """Names that are read or imported, and the constants of comparisons, matches and tables, in code."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names: set[object] = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    for node in ast.walk(tree):
        match node:
            case ast.alias(name=name):
                names.add(name)
            case ast.Attribute(attr=name):
                names.add(name) if name[0].isupper() else None
            case ast.Dict(keys=keys):
                names |= {key.value for key in keys if isinstance(key, ast.Constant)} - {*PARTS}
            case ast.Compare() | ast.MatchValue():
                names |= {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)}
    return names


@pytest.mark.parametrize("layer", KINDS.values(), ids=KINDS)
def test_a_kind_is_final(layer: type[Layer]) -> None:
    assert not layer.__subclasses__()


def test_every_spelling_builds_its_kind() -> None:
    assert {spelling.layer for spelling in SPELLINGS.values()} == {*KINDS.values()}


def test_some_spellings_have_defaults_of_their_own() -> None:
    assert {"AvgPool2d", "LRN", "BatchNormalization"} <= {
        word for word, spelling in SPELLINGS.items() if spelling.defaults
    }


@pytest.mark.parametrize("layer", KINDS.values(), ids=KINDS)
def test_defaults_are_of_known_spellings_and_of_fields_that_may_be_given(layer: type[Layer]) -> None:
    fields = dict(zip(field_words(layer), layer.model_fields.values(), strict=True))
    for word, defaults in layer.DEFAULTS.items():
        assert word in layer.SPELLINGS
        assert not defaults.keys() & layer.SPELLINGS[word].keys()
        for field, default in defaults.items():
            assert not fields[field].is_required()
            assert fields[field].default != default


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.name != "printing.py"], ids=lambda path: path.stem
)
def test_only_one_module_prints(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & {"print", "exit", "input", "eval", "exec"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_modules_and_functions_stay_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    assert text.count("\n") <= 400
    assert not [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= 40]
