"""What each tool counts of a network, to be asked in a process of its own.

Some tools replace functions of PyTorch while they count, or for good. Whatever a tool warns of is an error,
but for what is named beside it.
"""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeAlias

from lenetcalc import loads, resolve


class UntranslatableError(Exception):
    """PyTorch has no module for a layer."""


Total: TypeAlias = Callable[[Any, Any], Any]
"""The total of a module on a batch."""


PYTORCH: Mapping[str, type[Warning]] = {
    r"Using padding='same' with even kernel lengths": UserWarning,
}
"""What PyTorch itself warns of in layers that it runs all the same."""


@dataclass(frozen=True)
class Tool:
    """A tool: the package that it is, how its total is had, and the warnings that it may give."""

    package: str
    total: Total
    warns: Mapping[str, type[Warning]]


def torchinfo(module: Any, batch: Any) -> Any:
    """The multiply-adds of torchinfo's summary."""
    summary = import_module("torchinfo").summary
    return summary(module, input_data=batch, verbose=0, device="cpu").total_mult_adds


def fvcore(module: Any, batch: Any) -> Any:
    """The flops of fvcore, which is told not to log what it does not support."""
    count = import_module("fvcore.nn").FlopCountAnalysis(module, batch)
    return count.unsupported_ops_warnings(False).uncalled_modules_warnings(False).total()


def thop(module: Any, batch: Any) -> Any:
    """The MACs of thop."""
    return import_module("thop").profile(module, (batch,), verbose=False)[0]


def ptflops(backend: str) -> Total:
    """The MACs of ptflops by a backend."""

    def total(module: Any, batch: Any) -> Any:
        count = import_module("ptflops").get_model_complexity_info
        options = {"backend": backend, "print_per_layer_stat": False, "as_strings": False}
        return count(module, tuple(batch.shape[1:]), **options)[0]

    return total


def torch(module: Any, batch: Any) -> Any:
    """The FLOP of PyTorch's own counter."""
    mode = import_module("torch.utils.flop_counter").FlopCounterMode(display=False)
    with import_module("torch").no_grad(), mode:
        module(batch)
    return mode.get_total_flops()


TOOLS: Mapping[str, Tool] = {
    "fvcore": Tool("fvcore", fvcore, {r"`torch\.jit\.script` is deprecated": DeprecationWarning}),
    "ptflops": Tool("ptflops", ptflops("pytorch"), {}),
    "ptflops-aten": Tool("ptflops", ptflops("aten"), {}),
    "thop": Tool(
        "thop",
        thop,
        {
            "(The distutils package|distutils Version classes)": DeprecationWarning,
            "This API is being deprecated": UserWarning,
        },
    ),
    "torch": Tool("torch", torch, {}),
    "torchinfo": Tool("torchinfo", torchinfo, {}),
}
"""The tools that are run, by the names of their conventions."""


def total(name: str, spec: str) -> int:
    """What a tool prints of a network."""
    tool = TOOLS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for message, category in {**PYTORCH, **tool.warns}.items():
            warnings.filterwarnings("ignore", message, category)
        module, batch = import_module("tests.peers.translation").network(resolve(loads(spec)))
        number = tool.total(module, batch)
    assert int(number) == number, number
    return int(number)
