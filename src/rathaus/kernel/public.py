"""The door of the kernel: each name is a namespace, as in ``audit.append(...)`` or ``clock.now()``."""

from __future__ import annotations

from . import (
    append_only,
    audit,
    blobs,
    clock,
    commands,
    doctor,
    events,
    findings,
    jobs,
    keys,
    mail,
    maintenance,
    money,
    numbering,
    registry,
    schema,
    supervisor,
    text,
    timelimits,
    xml,
    yaml,
)
from .registry import Registry

__all__ = [
    "Registry",
    "append_only",
    "audit",
    "blobs",
    "clock",
    "commands",
    "doctor",
    "events",
    "findings",
    "jobs",
    "keys",
    "mail",
    "maintenance",
    "money",
    "numbering",
    "registry",
    "schema",
    "supervisor",
    "text",
    "timelimits",
    "xml",
    "yaml",
]
