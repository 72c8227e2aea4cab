"""Reading the audit log: filters, pages by key, and what of it is sealed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from rathaus.identity.public import UserAccount, person_names
from rathaus.kernel.public import audit

PAGE_SIZE = 50
MAX_PERSONS = 50
KINDS_WITH_ACCOUNT = ("staff", "citizen")


@dataclass(frozen=True)
class Filters:
    """What to look for; empty means everything."""

    subject: str = ""
    actor: str = ""
    action: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class LogRow:
    entry: audit.AuditEntry
    actor_name: str
    details: list[tuple[str, str]]


@dataclass(frozen=True)
class LogPage:
    """Entries, newest first; ``older`` is the key of the next page, None on the last one."""

    rows: list[LogRow]
    older: int | None


@dataclass(frozen=True)
class ChainState:
    """How much of the log is chained."""

    sealed: int
    waiting: int
    digest: str


def chain_state() -> ChainState:
    """Nothing is counted but what the sealer has yet to do: millions of entries lie behind it."""
    head = audit.head()
    return ChainState(head.position, audit.waiting(), head.digest)


def log_page(filters: Filters, before: int | None = None) -> LogPage:
    """A page of entries in at most three queries."""
    entries = _matching(filters)
    if before is not None:
        entries = entries.filter(id__lt=before)
    found = list(entries.order_by("-id")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return LogPage(_rows(shown), shown[-1].id if len(found) > PAGE_SIZE else None)


def _matching(filters: Filters) -> QuerySet[audit.AuditEntry]:
    entries = audit.AuditEntry.objects.all()
    if filters.subject:
        entries = entries.filter(subject__startswith=filters.subject)
    if filters.action:
        entries = entries.filter(action__startswith=filters.action)
    if filters.actor:
        entries = entries.filter(actor__in=_actors(filters.actor))
    if filters.first:
        entries = entries.filter(at__gte=_start_of(filters.first))
    if filters.last:
        entries = entries.filter(at__lt=_start_of(filters.last + timedelta(days=1)))
    return entries


def _actors(text: str) -> list[str]:
    """Audit names for what was typed: one of them, or a part of a person's name or e-mail address."""
    words = text.split()
    people = UserAccount.objects.all()
    for word in words:
        is_named = Q(given_name__icontains=word) | Q(family_name__icontains=word) | Q(email__icontains=word)
        people = people.filter(is_named)
    ids = people.values_list("pk", flat=True)[:MAX_PERSONS]
    return [text, *(f"{kind}:{account_id}" for account_id in ids for kind in KINDS_WITH_ACCOUNT)]


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone())


def _rows(entries: Sequence[audit.AuditEntry]) -> list[LogRow]:
    accounts = {entry.actor: _account_id(entry.actor) for entry in entries}
    names = person_names(found for found in accounts.values() if found)
    return [
        LogRow(entry, _name(entry.actor, accounts[entry.actor], names), _details(entry)) for entry in entries
    ]


def _account_id(actor: str) -> uuid.UUID | None:
    kind, _, number = actor.partition(":")
    try:
        return uuid.UUID(number) if kind in KINDS_WITH_ACCOUNT else None
    except ValueError:
        return None


def _name(actor: str, account_id: uuid.UUID | None, names: dict[uuid.UUID, str]) -> str:
    return names.get(account_id, actor) if account_id else actor


def _details(entry: audit.AuditEntry) -> list[tuple[str, str]]:
    details: dict[str, object] = json.loads(entry.details)
    return [(key, _shown(value)) for key, value in details.items() if value not in ("", None, [], {})]


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
