"""What the code of the forward pass uses, read from its sources: names, attributes, and where they come from.

A forward method may use its fields, the helpers beside it, and of the package `tensors`, `scalars` and
`elementary` alone. Helpers are followed, in the module and up the classes, and held to the same. What has
been read is remembered, to see which code the rules of a layer come to as well. Annotations are no use of a
name.
"""

import ast
import builtins
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TypeAlias

from tests.conftest import ROOT

RULES = frozenset(
    {
        *("output", "count", "cases", "weights", "parameters", "operations"),
        *("laid", "slid", "grouped", "filtered", "windows", "work"),
    }
)
"""Names of sibling rules and of what formulas do, which no object may be asked for; nor may ``maps()``."""

OPEN = frozenset(
    {"lenetcalc.tensors", "lenetcalc.scalars", "lenetcalc.layers.elementary", "lenetcalc.errors"}
)
"""Modules of the package that the forward pass may use."""

FOUNDATIONS = ("tensors.py", "scalars.py")
"""Modules beside those of the layers that are read."""

HIDING = frozenset({"getattr", "vars", "eval", "exec", "compile", "globals", "locals", "__import__"})
"""Functions behind which any name may hide."""

Function: TypeAlias = ast.FunctionDef
Sources: TypeAlias = Mapping[str, str]
"""The text of each module, by its dotted name."""


def sources() -> dict[str, str]:
    """The modules of the package that forward methods, and all that they use, stand in."""
    paths = [*(ROOT / "lenetcalc/layers").glob("*.py"), *map((ROOT / "lenetcalc").joinpath, FOUNDATIONS)]
    named = {path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."): path for path in paths}
    return {name: path.read_text(encoding="utf-8") for name, path in named.items()}


class Module:
    """A module as it is written."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.body = ast.parse(text).body

    @cached_property
    def functions(self) -> Mapping[str, Function]:
        """Its functions, by name."""
        return {each.name: each for each in self.body if isinstance(each, Function)}

    @cached_property
    def classes(self) -> Mapping[str, ast.ClassDef]:
        """Its classes, by name."""
        return {each.name: each for each in self.body if isinstance(each, ast.ClassDef)}

    @cached_property
    def constants(self) -> Mapping[str, ast.expr]:
        """What its other names stand for."""
        return {
            target.id: each.value
            for each in self.body
            if isinstance(each, ast.Assign | ast.AnnAssign) and each.value is not None
            for target in (each.targets if isinstance(each, ast.Assign) else [each.target])
            if isinstance(target, ast.Name)
        }

    @cached_property
    def imported(self) -> Mapping[str, str]:
        """Names from other modules, and what they are there."""
        return dict(pair for each in self.body for pair in imports(each))


parsed = cache(Module)


def imports(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The names that a statement imports, each with the module it is from and its name there."""
    match node:
        case ast.ImportFrom(module=module, names=names):
            yield from ((each.asname or each.name, f"{module}.{each.name}") for each in names)
        case ast.Import(names=names):
            yield from ((each.asname or each.name.split(".")[0], each.name) for each in names)


@dataclass(frozen=True)
class Place:
    """A piece of code: the module, the class if it stands in one, and a name to tell it by."""

    module: str
    owner: str
    name: str

    def __str__(self) -> str:
        return ".".join(filter(None, [self.module.removeprefix("lenetcalc."), self.owner, self.name]))


class Reader:
    """Finds what code uses and must not, beginning at a method; ``seen`` is the code that it has read."""

    def __init__(self, texts: Sources) -> None:
        self.modules = {name: parsed(name, text) for name, text in texts.items()}
        self.found: set[tuple[str, str]] = set()
        self.seen: set[tuple[Place, str]] = set()

    def method(self, module: str, kind: str, name: str) -> None:
        """Read a method as an object of the class has it."""
        for owner, base in self.line(module, kind):
            for each in self.modules[owner].classes[base].body:
                if isinstance(each, Function) and each.name == name:
                    self.read(Place(owner, base, name), each, (module, kind))
                    return

    def whole(self, module: str) -> None:
        """Read all code of a module, whose imports from the package must be open ones."""
        code = self.modules[module]
        for target in code.imported.values():
            self.check_import(Place(module, "", ""), target)
        for function in code.functions.values():
            self.read(Place(module, "", function.name), function, None)
        for owner in code.classes.values():
            for each in owner.body:
                if isinstance(each, Function):
                    self.read(Place(module, owner.name, each.name), each, (module, owner.name))

    def line(self, module: str, kind: str) -> Iterator[tuple[str, str]]:
        """A class and those that it inherits from, as far as they are in the package."""
        code = self.modules[module]
        if kind in code.classes:
            yield module, kind
            for base in code.classes[kind].bases:
                if isinstance(base, ast.Name):
                    yield from self.line(module, base.id)
        elif code.imported.get(kind, "").startswith("lenetcalc."):
            home, _, name = code.imported[kind].rpartition(".")
            yield from self.line(home, name)

    def read(self, place: Place, code: ast.AST, of: tuple[str, str] | None) -> None:
        """Read a piece of code, and whatever of its module and classes it uses."""
        if (place, str(of)) in self.seen:
            return
        self.seen.add((place, str(of)))
        nodes = [*_used(code)]
        own = {each.id for each in nodes if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
        own |= {each.arg for each in nodes if isinstance(each, ast.arg)}
        called = {id(each.func) for each in nodes if isinstance(each, ast.Call)}
        asked = {id(each.value) for each in nodes if isinstance(each, ast.Attribute)}
        for node in nodes:
            for _, target in imports(node):
                self.check_import(place, target)
            match node:
                case ast.Name(id=name) if name not in own:
                    self.check_name(place, name)
                case ast.Name(id="self") if id(node) not in asked and place.module not in OPEN:
                    self.found.add((str(place), "self"))  # it could be asked for anything under another name
                case ast.Attribute():
                    self.check_attribute(place, node, id(node) in called, of)
                case ast.Constant(value=str(text)) if text in RULES - {"weights"}:
                    self.found.add((str(place), f"{text!r}"))

    def check_import(self, place: Place, target: str) -> None:
        """Hold something imported against the modules that are open."""
        home = target.rpartition(".")[0] or target
        if target.split(".")[0] == "lenetcalc":
            fits = home in OPEN or target in OPEN
        else:
            fits = target.split(".")[0] in sys.stdlib_module_names
        if not fits:
            self.found.add((str(place), target))

    def check_name(self, place: Place, name: str) -> None:
        """Hold a name from outside a function against where it comes from, or read what it stands for."""
        code = self.modules[place.module]
        if name in code.imported:
            self.check_import(place, code.imported[name])
        elif name in code.functions:
            self.read(Place(place.module, "", name), code.functions[name], None)
        elif name in code.constants:
            self.read(Place(place.module, "", name), code.constants[name], None)
        elif name in HIDING or not (hasattr(builtins, name) or place.module in OPEN):
            self.found.add((str(place), name))

    def check_attribute(
        self, place: Place, node: ast.Attribute, called: bool, of: tuple[str, str] | None
    ) -> None:
        """Hold an attribute against the rules; a helper of the class is read."""
        if node.attr.isupper() or node.attr in RULES or (node.attr == "maps" and called):
            self.found.add((str(place), node.attr))
        if of and _is_self(node.value):
            self.method(*of, node.attr)


def _is_self(node: ast.expr) -> bool:
    """Whether an expression is the layer itself, or its class."""
    match node:
        case ast.Name(id="self" | "cls"):
            return True
        case ast.Call(func=ast.Name(id="super" | "type")):
            return True
    return False


def _used(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, without annotations and docstrings."""
    yield node
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            docstring = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            if isinstance(child, ast.AST) and not docstring:
                yield from _used(child)
