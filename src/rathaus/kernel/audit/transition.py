"""From which seal on every entry must bear a stamp: programs of the last release write entries without one.

A chain that this program begins starts from ``GENESIS`` and never holds an entry without a stamp. A chain that the last
release began starts from nothing; there a stamped entry announces the stamps, and a day later another one requires
them. What counts is where that one stands in the chain, not the hour. Whoever has the database only can write neither
of the two, nor turn one beginning into the other.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from .. import clock
from ..models import AuditSeal
from . import stamps
from .digests import digest_of
from .entries import append
from .reading import Record, entries_about, sealed_entries

GENESIS = "stamped from the first entry on"
SUBJECT = "kernel.audit:stamps"
ANNOUNCED = "kernel.audit_stamps_announced"
REQUIRED = "kernel.audit_stamps_required"
# In this time programs of the last release have ended, wherever a release is rolled out.
GRACE = timedelta(days=1)


class Beginning(NamedTuple):
    """What the first seal builds on, and the seal behind which entries bear stamps; None: not yet required."""

    previous: str
    strict_after: int | None


def beginning() -> Beginning:
    """How the chain began, as far as seals and stamps prove it. What proves nothing counts as begun with stamps."""
    known = notes()
    if ANNOUNCED not in known:
        return Beginning(GENESIS, 0) if _is_stamped_from_the_first() else Beginning("", None)
    required = known.get(REQUIRED)
    seal = AuditSeal.objects.filter(entry_id=required.number).first() if required else None
    return Beginning("", seal.position if seal else None)


def notes() -> dict[str, Record]:
    """The first announcement and the first requirement with a stamp of ours, by action."""
    found: dict[str, Record] = {}
    for record in entries_about(SUBJECT):
        action = str(record.fields[2])
        if action in (ANNOUNCED, REQUIRED) and stamps.order_of(record.stamp, record.fields):
            found.setdefault(action, record)
    return found


def carry_on() -> None:
    """Announce or require stamps where it is time; for the sealer, which seals the new entry next."""
    if beginning().strict_after is not None:
        return
    known = notes()
    announced = known.get(ANNOUNCED)
    if announced is None:
        append(actor="system", action=ANNOUNCED, subject=SUBJECT)
    elif REQUIRED not in known and announced.at is not None and clock.wall() - announced.at >= GRACE:
        append(actor="system", action=REQUIRED, subject=SUBJECT)


def _is_stamped_from_the_first() -> bool:
    """Unless the first seal proves that it builds on nothing."""
    first = next(sealed_entries(0), None)
    if first is None or first.position != 1 or first.record is None:
        return True
    return digest_of("", first.record.number, first.record.fields) != first.digest
