"""The parts of a compiled form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..definition.expressions import Expression
from ..definition.scope import Path
from ..definition.texts import NO_TEXT, Texts
from ..kinds import Kind


@dataclass(frozen=True, slots=True)
class Field:
    """A field; ``path`` are the ids of its containers and its own, ``place`` where it stands in the definition."""

    id: str
    path: Path
    place: str
    kind: Kind
    label: Texts
    help: Texts = NO_TEXT
    required: bool | Expression = True
    when: Expression | None = None
    children: tuple[Field, ...] = ()
    prefill: str = ""
    autocomplete: str = ""
    default: Any = None

    @property
    def type(self) -> str:
        return self.kind.type

    def walk(self) -> Iterator[Field]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Page:
    id: str
    place: str
    title: Texts
    fields: tuple[Field, ...]
    intro: Texts = NO_TEXT
    when: Expression | None = None

    def walk(self) -> Iterator[Field]:
        for field in self.fields:
            yield from field.walk()


@dataclass(frozen=True, slots=True)
class Check:
    """A condition across fields. ``field`` is the path of the field that shows the message, () for none."""

    id: str
    holds: Expression
    message: Texts
    field: Path = ()
    pages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FormParts:
    key: str
    title: Texts
    pages: tuple[Page, ...]
    checks: tuple[Check, ...]
