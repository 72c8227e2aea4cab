"""The one sealer: chains committed entries in the order in which it finds them."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from dataclasses import dataclass
from datetime import UTC

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from .. import clock, keys
from ..models import AuditEntry, AuditHead, AuditSeal

logger = logging.getLogger(__name__)

# A transaction may commit after later numbers were sealed. The sealer looks back this far for latecomers;
# what turns up even later is not sealed, and verification reports it.
LOOK_BACK = 10_000
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain. Kept outside the database, it proves that nothing was cut off."""

    position: int
    digest: str


def digest_of(previous: str, entry: AuditEntry, *, entry_id: int | None = None) -> str:
    """The seal of an entry behind another seal: HMAC-SHA256, the database alone cannot forge it."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    number = entry.id if entry_id is None else entry_id
    fields = [previous, number, at, entry.actor, entry.action, entry.subject, entry.details]
    return hmac.new(keys.derived_key("audit seal 1"), json.dumps(fields).encode(), hashlib.sha256).hexdigest()


def unsealed(highest: int) -> QuerySet[AuditEntry]:
    """Entries that the sealer has yet to chain, given the highest number sealed so far."""
    sealed = AuditSeal.objects.filter(entry_id=OuterRef("id"))
    return AuditEntry.objects.filter(~Exists(sealed), id__gt=highest - LOOK_BACK).order_by("id")


def has_unsealed() -> bool:
    """Whether there is work for the sealer."""
    stored = AuditHead.objects.first()
    return unsealed(stored.highest_entry if stored else 0).exists()


def waiting() -> int:
    """How many entries are not sealed yet, among those that the sealer still looks at."""
    stored = AuditHead.objects.first()
    return unsealed(stored.highest_entry if stored else 0).count()


def head() -> Head:
    """The end of the chain as it stands."""
    stored = AuditHead.objects.first()
    return Head(stored.position, stored.digest) if stored else Head(0, "")


def seal() -> int:
    """Chain everything committed and not yet sealed; returns how many. A second sealer waits."""
    total = 0
    while count := _seal_batch():
        total += count
    if total:
        end = head()
        logger.info("audit_sealed position=%d digest=%s count=%d", end.position, end.digest, total)
    return total


@transaction.atomic
def _seal_batch() -> int:
    AuditHead.objects.bulk_create([AuditHead()], ignore_conflicts=True)
    end = AuditHead.objects.select_for_update().get()
    seals: list[AuditSeal] = []
    moment = clock.wall()
    for entry in unsealed(end.highest_entry)[:BATCH]:
        end.position += 1
        end.digest = digest_of(end.digest, entry)
        end.highest_entry = max(end.highest_entry, entry.id)
        seals.append(AuditSeal(position=end.position, entry_id=entry.id, digest=end.digest, sealed_at=moment))
    if seals:
        AuditSeal.objects.bulk_create(seals)
        end.save()
    return len(seals)
