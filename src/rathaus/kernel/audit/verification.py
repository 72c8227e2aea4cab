"""The proof: does the chain still tell what was written? Each deviation is named with its entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from ..append_only import unprotected
from ..findings import Finding
from ..models import AuditEntry, AuditHead, AuditSeal
from .sealing import LOOK_BACK, Head, digest_of

PROTECTED = (AuditEntry._meta.db_table, AuditSeal._meta.db_table)
CHUNK = 2_000
# No transaction stays open for longer; an entry that claims to be older than its forerunners was slipped in.
TOLERANCE = timedelta(hours=1)
MAX_SUSPECTS = 200


@dataclass(frozen=True, slots=True)
class _Link:
    """A seal with its entry and the digest that the seal before it has in the table."""

    seal: AuditSeal
    entry: AuditEntry
    previous: str


def verify(*, expected: Head | None = None) -> list[Finding]:
    """Walk the whole chain. An empty list: nothing was edited, deleted, inserted or reordered.

    ``expected``: a head noted earlier (the sealer logs each); shows that the end was not cut off since.
    """
    walk = _Walk(expected)
    for seal, entry in _sealed_entries():
        walk.step(seal, entry)
    findings = walk.findings + _explained(walk.suspects) + _late_entries(walk.newest) + _end(walk, expected)
    findings += [
        Finding(
            table,
            "audit.unprotected",
            "Der Schutz vor Änderungen fehlt in der Datenbank. Bitte „migrate“ ausführen.",
        )
        for table in unprotected(PROTECTED)
    ]
    return findings


def _sealed_entries() -> Iterator[tuple[AuditSeal, AuditEntry | None]]:
    last = None
    while True:
        seals = AuditSeal.objects.order_by("position")
        chunk = list((seals if last is None else seals.filter(position__gt=last))[:CHUNK])
        if not chunk:
            return
        entries = AuditEntry.objects.in_bulk([seal.entry_id for seal in chunk])
        for seal in chunk:
            yield seal, entries.get(seal.entry_id)
        last = chunk[-1].position


class _Walk:
    """What is known while walking along the chain."""

    def __init__(self, expected: Head | None) -> None:
        self.findings: list[Finding] = []
        self.suspects: list[_Link] = []
        self.position = 0
        self.stored = ""
        self.computed = ""
        self.newest: datetime | None = None
        self._expected = expected

    def step(self, seal: AuditSeal, entry: AuditEntry | None) -> None:
        if seal.position != self.position + 1:
            self._missing(self.position + 1, seal.position - 1)
        elif entry is not None:
            self._compare(seal, entry)
        if entry is None:
            self.findings.append(_finding(seal.entry_id, "deleted", "wurde gelöscht."))
        elif self.newest and entry.at + TOLERANCE < self.newest:
            self.findings.append(_finding(entry.id, "inserted", "wurde nachträglich eingefügt."))
        if entry is not None:
            self.newest = max(self.newest or entry.at, entry.at)
            self.computed = digest_of(self.stored, entry)
        if (
            self._expected
            and self._expected.position == seal.position
            and self._expected.digest != seal.digest
        ):
            self.findings.append(
                Finding(f"Siegel {seal.position}", "audit.rewritten", "Die Kette wurde neu geschrieben.")
            )
        self.position, self.stored = seal.position, seal.digest

    def _missing(self, first: int, last: int) -> None:
        span = f"Siegel {first}" if first == last else f"Siegel {first} bis {last}"
        self.findings.append(Finding(span, "audit.seal_deleted", "Ein Stück der Kette wurde gelöscht."))

    def _compare(self, seal: AuditSeal, entry: AuditEntry) -> None:
        if digest_of(self.stored, entry) == seal.digest:
            return
        before = self.suspects[-1] if self.suspects else None
        if (
            before
            and before.seal.position == self.position
            and digest_of(self.computed, entry) == seal.digest
        ):
            # The entry before is as it was; its seal is not.
            self.suspects.pop()
            place = f"Siegel {self.position}"
            self.findings.append(Finding(place, "audit.seal_edited", "Das Siegel wurde geändert."))
            return
        self.suspects.append(_Link(seal, entry, self.stored))


def _explained(suspects: list[_Link]) -> list[Finding]:
    """Tell entries that changed places from entries that were edited."""
    findings: list[Finding] = []
    follows: dict[int, str] = {}
    for link in suspects:
        true_previous = follows.get(link.seal.position)
        if true_previous is not None and digest_of(true_previous, link.entry) == link.seal.digest:
            continue
        partner = _partner(link, suspects[:MAX_SUSPECTS], true_previous or link.previous)
        if partner is None:
            findings.append(_finding(link.entry.id, "edited", "wurde geändert."))
            continue
        follows[link.seal.position + 1] = partner.seal.digest
        findings.append(
            _finding(link.entry.id, "reordered", f"wurde mit Eintrag {partner.entry.id} vertauscht.")
        )
    return findings


def _partner(link: _Link, others: list[_Link], previous: str) -> _Link | None:
    for other in others:
        if other is link:
            continue
        if digest_of(previous, other.entry) == other.seal.digest:
            return other
        if digest_of(previous, other.entry, entry_id=link.entry.id) == link.seal.digest:
            return other
    return None


def _late_entries(newest: datetime | None) -> list[Finding]:
    """Entries that no sealer will ever reach, or that pretend to be old."""
    stored = AuditHead.objects.first()
    if stored is None or newest is None:
        return []
    sealed = AuditSeal.objects.filter(entry_id=OuterRef("id"))
    late = AuditEntry.objects.filter(~Exists(sealed), id__lte=stored.highest_entry).order_by("id")
    return [
        _finding(entry.id, "inserted", "wurde nachträglich eingefügt.")
        for entry in late
        if entry.id <= stored.highest_entry - LOOK_BACK or entry.at + TOLERANCE < newest
    ]


def _end(walk: _Walk, expected: Head | None) -> list[Finding]:
    stored = AuditHead.objects.first()
    end = (stored.position, stored.digest) if stored else (0, "")
    cut = end != (walk.position, walk.stored) or (expected is not None and expected.position > walk.position)
    if not cut:
        return []
    return [
        Finding(f"Siegel {walk.position}", "audit.truncated", "Das Ende der Kette fehlt oder wurde ersetzt.")
    ]


def _finding(entry_id: int, rule: str, message: str) -> Finding:
    return Finding(f"Eintrag {entry_id}", f"audit.{rule}", f"Der Eintrag {message}")
