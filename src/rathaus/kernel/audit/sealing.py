"""The one sealer: chains committed entries in the order in which it finds them."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from .. import clock, keys
from ..models import AuditEntry, AuditHead, AuditSeal, KeptKey
from . import stamps, transition
from .digests import digest_of

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


def fields_of(entry: AuditEntry) -> tuple[object, ...]:
    """What seals and stamps cover of an entry."""
    return stamps.moment_of(entry.at), entry.actor, entry.action, entry.subject, entry.details


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
    """Chain everything committed and not yet sealed; returns how many. A second sealer waits.

    Raises WrongKey, and seals nothing, where the master key is not the one that the chain began with.
    """
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
    entries = list(unsealed(end.highest_entry)[:BATCH])
    if not entries:
        return 0
    _anchor_keys()
    seals: list[AuditSeal] = []
    moment, previous = clock.wall(), end.digest if end.position else transition.beginning().previous
    for entry in entries:
        end.position += 1
        end.digest = previous = digest_of(previous, entry.id, fields_of(entry))
        end.highest_entry = max(end.highest_entry, entry.id)
        seals.append(AuditSeal(position=end.position, entry_id=entry.id, digest=end.digest, sealed_at=moment))
    AuditSeal.objects.bulk_create(seals)
    end.save()
    transition.carry_on()
    return len(seals)


def _anchor_keys() -> None:
    """Keep the keys beside the first seal: from then on a wrong master key is noticed before it seals anything."""
    kept = {stored.purpose: stored for stored in KeptKey.objects.all()}
    for purpose in keys.KEPT:
        if purpose in kept:
            keys.unwrap(kept[purpose])
        else:
            keys.keep(purpose, keys.original(purpose), secrets.token_bytes(keys.NONCE))
