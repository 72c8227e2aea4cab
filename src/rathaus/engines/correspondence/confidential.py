"""Letters whose case is under special protection: a higher floor knows which, and notes who came to see them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from rathaus.identity.public import Actor
from rathaus.kernel.public import registry


@dataclass(frozen=True)
class Confidential:
    """``among`` says which subjects of letters are protected; ``note_read`` leaves an entry that somebody saw them."""

    key: str
    among: Callable[[Collection[UUID]], set[UUID]]
    note_read: Callable[[Actor, Collection[UUID]], None]


confidential: registry.Registry[Confidential] = registry.Registry(
    "kind of protection", key=lambda kind: kind.key
)


def protected_among(subjects: Collection[UUID]) -> set[UUID]:
    return {subject for kind in confidential for subject in kind.among(subjects)}


def note_printed(actor: Actor, subjects: Collection[UUID]) -> None:
    """Somebody took letters of these cases away for printing."""
    for kind in confidential:
        kind.note_read(actor, subjects)
