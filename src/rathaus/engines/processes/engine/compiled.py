"""Compiled processes and decisions of deployed versions, read once in each server process."""

from __future__ import annotations

import uuid
from functools import lru_cache

import feel

from ..bpmn.model import Process, from_json
from ..decisions import FoundDecision, find_decision
from ..models import ProcessVersion


@lru_cache(maxsize=500)
def process_of(version_id: uuid.UUID) -> Process:
    """The compiled process of a version; versions never change, so it is read once."""
    return from_json(ProcessVersion.objects.values_list("model", flat=True).get(pk=version_id))


@lru_cache(maxsize=500)
def decision_of(version_id: uuid.UUID, name: str) -> FoundDecision | None:
    """A decision of a version, compiled. None where there is none of that id or name."""
    decisions = ProcessVersion.objects.values_list("decisions", flat=True).get(pk=version_id)
    return find_decision({file: feel.load_model(xml.encode()) for file, xml in decisions.items()}, name)
