"""What a process may refer to: known names, roles, forms, letters, decisions, processes, actions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias, Union

from rathaus.kernel.public import registry

from .actions import Action, actions

# A leaf is None or the name of a type; the entry "*" stands for whatever name.
Names: TypeAlias = Mapping[str, Union["Names", str, None]]

ANYTHING: Names = MappingProxyType({"*": None})
UNKNOWN_SUBJECT: Names = MappingProxyType({"antrag": ANYTHING, "vorgang": ANYTHING, "person": ANYTHING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The surroundings a process is checked against. The default knows nothing but the usual data."""

    variables: Names = field(default_factory=lambda: UNKNOWN_SUBJECT)
    roles: Collection[str] = frozenset()
    forms: Mapping[str, Names] = field(default_factory=dict)
    letters: Collection[str] = frozenset()
    decisions: Mapping[str, bytes] = field(default_factory=dict)
    processes: Collection[str] = frozenset()
    actions: registry.Registry[Action] = actions


# Higher floors tell what surrounds a file: the path of a BPMN file gives its environment, or None for "not mine".
EnvironmentOf: TypeAlias = Callable[[Path], Environment | None]
environments: registry.Registry[EnvironmentOf] = registry.Registry("process environment")


def environment_of(path: Path) -> Environment:
    """The environment of a file: from the first who knows its folder, else one that knows nothing."""
    for provider in environments:
        found = provider(path)
        if found is not None:
            return found
    return Environment()
