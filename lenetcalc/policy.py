"""A policy: what is asked of several networks, in a file of its own that names their specs."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from lenetcalc.document import Document
from lenetcalc.expectations import Budget, Expect, asks
from lenetcalc.layers.fields import NAMES, Reader, Text, names, refuse

POLICY: Final = "lenetcalc-policy"
"""The key that a policy begins with."""

POLICY_VERSION: Final = 1


def _read_paths(value: object) -> tuple[str, ...]:
    paths = names(value)
    if paths is None:
        refuse("it must be the path of a spec, or a list of paths", "write it as [nets/*.yaml]")
    return paths


class Policy(Document):
    """Figures and limits for the networks of several specs."""

    version: Literal[1] = Field(
        alias=POLICY, description="The version of this schema; what a policy says first."
    )
    name: Text | None = Field(default=None, description="What the policy is called.")
    specs: Annotated[tuple[str, ...], Reader(_read_paths, NAMES)] = Field(
        description="Paths of specs, seen from the policy's folder, as in nets/*.yaml, or packaged networks."
    )
    expect: Expect | None = Field(default=None, description="Figures that each of the networks must have.")
    budget: Budget | None = Field(default=None, description="Limits that each of the networks must keep.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not any(asks(part) for part in (self.expect, self.budget)):
            refuse("it must state a figure or a limit", "add budget: {parameters: {max: 100k}}")
        return self
