"""The proof: does the chain still tell what was written? Each deviation is named with its entry."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection

from ..append_only import unprotected
from ..findings import Finding
from ..models import AuditEntry, AuditHead, AuditSeal
from . import heads, stamps
from .digests import digest_of
from .reading import Record, Sealed, sealed_entries, unsealed_entries
from .sealing import LOOK_BACK, Head, head
from .suspects import MAX_SUSPECTS, Link, explained
from .transition import beginning

PROTECTED = (AuditEntry._meta.db_table, AuditSeal._meta.db_table)
MAX_FINDINGS = 1_000
MAX_WRITERS = 20_000
MAX_GAP = 1_000
PROGRESS_EVERY = 5_000

Progress = Callable[[int, int], None]


def verify(
    *,
    expected: Head | None = None,
    known: Iterable[heads.SignedHead] = (),
    since: datetime | None = None,
    progress: Progress | None = None,
) -> list[Finding]:
    """Walk the chain. An empty list: nothing was edited, deleted, inserted or reordered, and no end was cut off.

    ``expected``: a head noted earlier; ``known``: signed ones from elsewhere. Those in the export folder are compared
    by themselves. ``since``: trusts what was sealed before. ``progress`` is told the position and the last one.
    """
    exported, findings = heads.exported()
    noted = {item.head.position: item.head.digest for item in (*exported, *known)}
    if expected is not None:
        noted[expected.position] = expected.digest
    last = head().position
    walk = _Walk(noted, start=_start(since) if since else 0)
    for count, item in enumerate(sealed_entries(walk.position), 1):
        walk.step(item)
        if progress and count % PROGRESS_EVERY == 0:
            progress(item.position, last)
    with _standing_still():
        for item in sealed_entries(walk.position):
            walk.step(item)
        _look_at_unsealed(walk)
        _look_at_end(walk, noted)
    walk.add(*explained(walk.suspects))
    findings += walk.result()
    findings += [
        Finding(
            table,
            "audit.unprotected",
            "Der Schutz vor Änderungen fehlt in der Datenbank. Bitte „migrate“ ausführen.",
        )
        for table in unprotected(PROTECTED)
    ]
    return findings


@contextmanager
def _standing_still() -> Iterator[None]:
    """See one moment of the database, while the town writes and seals on."""
    if connection.in_atomic_block:
        yield
        return
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("BEGIN" if is_sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _start(since: datetime) -> int:
    """The position before the first seal since a moment; all behind it is looked at, as clocks leap."""
    seal = AuditSeal.objects.filter(sealed_at__gte=since).order_by("position").first()
    return max(seal.position - 1, 0) if seal else head().position


class _Walk:
    """What is known while walking along the chain."""

    def __init__(self, noted: dict[int, str], start: int) -> None:
        self.suspects: list[Link] = []
        self.position = start
        before = AuditSeal.objects.filter(pk=start).first() if start else None
        begun = beginning()
        self.strict_after = begun.strict_after
        self.stored = before.digest if before else begun.previous
        self.computed = self.stored
        self.last_number: int | None = before.entry_id if before else None
        self._noted = noted
        self._findings: list[Finding] = []
        self._more = 0
        self._writers: OrderedDict[str, int] = OrderedDict()

    def add(self, *findings: Finding) -> None:
        """Keep findings; beyond a limit they are counted only."""
        for finding in findings:
            if len(self._findings) < MAX_FINDINGS:
                self._findings.append(finding)
            else:
                self._more += 1

    def result(self) -> list[Finding]:
        if not self._more:
            return self._findings
        more = Finding("Protokoll", "audit.more", f"Weitere {self._more} Abweichungen sind nicht aufgeführt.")
        return [*self._findings, more]

    def step(self, item: Sealed) -> None:
        if item.position != self.position + 1:
            self._missing(self.position + 1, item.position - 1)
            is_sound = False
        else:
            is_sound = item.record is not None and self._compare(item, item.record)
        self.look_for_gap(item.number)
        record = item.record
        if record is None:
            self.add(about(item.number, "deleted", "wurde gelöscht."))
        else:
            if is_sound:
                self.look_at_stamp(record, item.position)
            self.computed = digest_of(self.stored, record.number, record.fields)
        if self._noted.get(item.position, item.digest) != item.digest:
            self.add(
                Finding(f"Siegel {item.position}", "audit.rewritten", "Die Kette wurde neu geschrieben.")
            )
        self.position, self.stored = item.position, item.digest

    def look_at_stamp(self, record: Record, position: int) -> None:
        """What happened to an entry before it was sealed. ``position``: of its seal, or the one that it will get."""
        is_required = self.strict_after is not None and position > self.strict_after
        if not record.stamp and not is_required:
            return  # written by the last release
        order = stamps.order_of(record.stamp, record.fields)
        if order is None:
            is_bare = record.stamp.count(":") != 2
            rule, text = (
                ("inserted", "wurde an der Anwendung vorbei eingefügt.")
                if is_bare
                else ("edited", "wurde vor dem Versiegeln geändert.")
            )
            self.add(about(record.number, rule, text))
            return
        writer, number = order
        if self._writers.get(writer, 0) >= number:
            self.add(about(record.number, "reordered", "wurde vor dem Versiegeln vertauscht."))
        self._writers[writer] = max(number, self._writers.get(writer, 0))
        self._writers.move_to_end(writer)
        if len(self._writers) > MAX_WRITERS:
            self._writers.popitem(last=False)

    def look_for_gap(self, number: int) -> None:
        """On SQLite numbers have no gaps, as one that is not used returns with its transaction."""
        if connection.vendor != "sqlite":
            return
        before = self.last_number
        self.last_number = number if before is None else max(before, number)
        if before is None or number <= before + 1:
            return
        missing = range(before + 1, min(number, before + 1 + MAX_GAP))
        there = set(
            AuditSeal.objects.filter(entry_id__range=(missing[0], missing[-1])).values_list(
                "entry_id", flat=True
            )
        ) | set(AuditEntry.objects.filter(pk__range=(missing[0], missing[-1])).values_list("pk", flat=True))
        self.add(
            *(
                about(gone, "deleted", "wurde vor dem Versiegeln gelöscht.")
                for gone in missing
                if gone not in there
            )
        )

    def _missing(self, first: int, last: int) -> None:
        span = f"Siegel {first}" if first == last else f"Siegel {first} bis {last}"
        self.add(Finding(span, "audit.seal_deleted", "Ein Stück der Kette wurde gelöscht."))

    def _compare(self, item: Sealed, record: Record) -> bool:
        """Whether the seal fits; what does not is kept as a suspect."""
        if digest_of(self.stored, record.number, record.fields) == item.digest:
            return True
        before = self.suspects[-1] if self.suspects else None
        if (
            before
            and before.position == self.position
            and digest_of(self.computed, record.number, record.fields) == item.digest
        ):
            # The entry before is as it was; its seal is not.
            self.suspects.pop()
            place = f"Siegel {self.position}"
            self.add(Finding(place, "audit.seal_edited", "Das Siegel wurde geändert."))
        elif len(self.suspects) < MAX_SUSPECTS:
            self.suspects.append(Link(item.position, item.digest, record.number, record.fields, self.stored))
        else:
            self.add(about(record.number, "edited", "wurde geändert."))
        return False


def _look_at_unsealed(walk: _Walk) -> None:
    """Entries that no sealer will ever reach, or that bear no stamp of ours."""
    stored = AuditHead.objects.first()
    reach = stored.highest_entry - LOOK_BACK if stored else None
    for record in unsealed_entries():
        is_out_of_reach = reach is not None and record.number <= reach
        if is_out_of_reach:
            walk.add(about(record.number, "inserted", "wurde nachträglich eingefügt."))
            continue
        walk.look_at_stamp(record, walk.position + 1)
        walk.look_for_gap(record.number)


def _look_at_end(walk: _Walk, noted: dict[int, str]) -> None:
    stored = AuditHead.objects.first()
    end = (stored.position, stored.digest) if stored else (0, "")
    beyond = max(noted, default=0)
    if end != (walk.position, walk.stored if walk.position else "") or beyond > walk.position:
        walk.add(
            Finding(
                f"Siegel {walk.position}",
                "audit.truncated",
                "Das Ende der Kette fehlt oder wurde ersetzt."
                + (f" Sie reichte schon bis Siegel {beyond}." if beyond > walk.position else ""),
            )
        )
    highest = _highest_number_given()
    if walk.last_number is not None and highest is not None and highest > walk.last_number:
        span = f"Eintrag {walk.last_number + 1}"
        span += "" if highest == walk.last_number + 1 else f" bis {highest}"
        walk.add(
            Finding(span, "audit.truncated", "Das Ende des Protokolls wurde vor dem Versiegeln gelöscht.")
        )


def _highest_number_given() -> int | None:
    """The highest number that SQLite ever gave to an entry; PostgreSQL also counts what was never committed."""
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [PROTECTED[0]])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def about(number: int, rule: str, message: str) -> Finding:
    """A finding about an entry."""
    return Finding(f"Eintrag {number}", f"audit.{rule}", f"Der Eintrag {message}")
