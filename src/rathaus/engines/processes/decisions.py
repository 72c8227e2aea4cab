"""Decision models beside a process: which file holds a decision, and how it is called there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import feel


@dataclass(frozen=True, slots=True)
class FoundDecision:
    file: str
    model: feel.Model
    name: str


def find_decision(models: Mapping[str, feel.Model], wanted: str) -> FoundDecision | None:
    """The decision of that id or name, first in the file of that name; a file's only decision needs no name."""
    own = models.get(wanted)
    if own is not None:
        for name in (wanted, *(own.decisions if len(own.decisions) == 1 else ())):
            if _has(own, name):
                return FoundDecision(wanted, own, name)
    for file, model in models.items():
        if _has(model, wanted):
            return FoundDecision(file, model, wanted)
    return None


def _has(model: feel.Model, name: str) -> bool:
    try:
        model.inputs(name)
    except feel.FeelError:
        return False
    return True
