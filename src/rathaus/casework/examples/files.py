"""Small real files for examples: whoever writes an example says the kind, not the bytes."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import typst

from rathaus.engines.forms import public as forms
from rathaus.identity.public import Actor
from rathaus.intake.public import stored_upload

_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
KINDS = ("pdf", "png")


@lru_cache
def sample(kind: str) -> bytes:
    """A file of one of KINDS, valid and tiny."""
    if kind == "png":
        return _PNG
    return typst.compile(b"#set page(width: 10cm, height: 5cm)\nNachweis", format="pdf")


def store_sample(name: str, kind: str, actor: Actor) -> forms.Upload:
    """A sample file as an upload of ``actor``."""
    return forms.store_upload(actor=actor, draft=None, field="documents", name=name, data=sample(kind))


def with_sample_files(data: Any, actor: Actor, place: str = "") -> Any:
    """Return ``data`` with every ``{"name", "content": kind}`` stored as an upload."""
    if isinstance(data, Mapping):
        if set(data) == {"name", "content"}:
            return stored_upload(str(data["name"]), sample(str(data["content"])), place, actor=actor)
        return {key: with_sample_files(value, actor, f"{place}.{key}") for key, value in data.items()}
    if isinstance(data, list):
        return [with_sample_files(value, actor, f"{place}[{index}]") for index, value in enumerate(data)]
    return data
