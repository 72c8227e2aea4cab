"""What the engine needs from floors above it, declared here and registered there."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from .models import ProcessVersion

from django.core.exceptions import ObjectDoesNotExist

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RoleTarget:
    """Who has a role of a process: a unit, and in it those whose post has `post_role` (None: everybody)."""

    unit_id: int
    post_role: str | None = None


class SubjectData(Protocol):
    def context(self, subject: uuid.UUID) -> Mapping[str, object]:
        """The FEEL names `antrag`, `vorgang` and `person` for a subject, with typed values."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StartContext:
    """For what a process starts that nobody started by hand."""

    subject: uuid.UUID
    routing: Mapping[str, RoleTarget] = field(default_factory=dict)
    access_set_id: int | None = None


class ProcessStarter(Protocol):
    def open(
        self, version: ProcessVersion, *, subject: uuid.UUID | None, payload: Mapping[str, object]
    ) -> StartContext | None:
        """The subject and routing for a start by timer (`subject` None) or message; None: do not start."""
        ...


class Port(Generic[T]):
    """A place for one implementation."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._provider: T | None = None

    def register(self, provider: T) -> None:
        self._provider = provider

    def find(self) -> T | None:
        return self._provider

    @contextmanager
    def temporarily(self, provider: T | None) -> Iterator[None]:
        """Another implementation (or none) for a block. For tests and plays."""
        before, self._provider = self._provider, provider
        try:
            yield
        finally:
            self._provider = before


class SubjectDataPort(Port[SubjectData]):
    """Empty until somebody registers; then that provider's context."""

    def context(self, subject: uuid.UUID) -> Mapping[str, object]:
        provider = self.find()
        if provider is None:
            return {}
        try:
            return provider.context(subject)
        except ObjectDoesNotExist:  # a process may run for something that is no case
            return {}


subject_data = SubjectDataPort("subject data")
process_starter: Port[ProcessStarter] = Port("process starter")
