"""What only some cases have: questions, co-signatures, incidents, what was typed into tasks. One statement for all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import JSONObject

from rathaus.casework.models import CoSignature, TaskDraft
from rathaus.engines.forms import public as forms
from rathaus.engines.processes import public as processes
from rathaus.identity.public import Actor, OrganizationalUnit, UserAccount
from rathaus.intake import public as intake

# They stand for the case and the account in the statement, which is put together once for each process.
_CASE, _ACCOUNT = UUID(int=1), UUID(int=2)
_KEY = models.UUIDField()

_INQUIRY = ("id", "case_id", "text", "wants_documents", "asked_at", "due_on", "answer", "answered_at")
_CO_SIGNATURE = (
    "id", "case_id", "text", "is_required", "state", "note", "requested_by_id", "requested_by_name", "requested_at",
    "signer_id", "unit_id",
)  # fmt: skip
_TASK_DRAFT = ("id", "task_id", "account_id", "outcome", "reason", "updated_at", "draft_id")


@dataclass(frozen=True)
class Beside:
    """Questions and co-signatures, oldest first, and what the actor has typed into tasks, by task. The models carry
    what pages of the case show, no more. ``awaits_answer``: the process, or a person, waits for the applicant."""

    inquiries: tuple[intake.Inquiry, ...] = ()
    co_signatures: tuple[CoSignature, ...] = ()
    drafts: Mapping[UUID, TaskDraft] | None = None
    has_incident: bool = False
    awaits_answer: bool = False

    def draft_of(self, task_id: UUID) -> TaskDraft | None:
        return (self.drafts or {}).get(task_id)


def beside(actor: Actor, case_id: UUID) -> Beside:
    """One query. The caller has asked for the right to see the case."""
    found: dict[str, list[dict[str, Any]]] = {}
    for kind, row in _rows(actor, case_id):
        found.setdefault(kind, []).append(json.loads(row))
    inquiries = sorted(map(_inquiry, found.get("inquiry", ())), key=lambda inquiry: inquiry.asked_at)
    co_signatures = map(_co_signature, found.get("co_signature", ()))
    return Beside(
        inquiries=tuple(inquiries),
        co_signatures=tuple(sorted(co_signatures, key=lambda wanted: (wanted.requested_at, wanted.id))),
        drafts={draft.task_id: draft for draft in map(_task_draft, found.get("draft", ()))},
        has_incident="incident" in found,
        awaits_answer="wait" in found or any(inquiry.is_open for inquiry in inquiries),
    )


def _rows(actor: Actor, case_id: UUID) -> list[tuple[str, str]]:
    statement, parameters = _statement(connection.vendor)
    given = {_prepared(_CASE): _prepared(case_id), _prepared(_ACCOUNT): _prepared(actor.account_id)}
    with connection.cursor() as cursor:
        cursor.execute(statement, [given.get(value, value) for value in parameters])
        return list(cursor.fetchall())


def _prepared(key: UUID | None) -> Any:
    return _KEY.get_db_prep_value(key, connection)


@lru_cache(maxsize=2)
def _statement(vendor: str) -> tuple[str, tuple[Any, ...]]:
    """The statement with its parameters; putting it together costs more than the database does."""
    open_incidents = processes.open_incidents().filter(instance__subject=_CASE).select_related(None)
    first, *others = (
        _part("inquiry", intake.Inquiry.objects.filter(case_id=_CASE), _INQUIRY),
        _part(
            "co_signature",
            CoSignature.objects.filter(case_id=_CASE),
            (*_CO_SIGNATURE, "signer__given_name", "signer__family_name", "unit__name"),
        ),
        _part("incident", open_incidents, ("id",)),
        _part(
            "draft",
            TaskDraft.objects.filter(task__subject=_CASE, account_id=_ACCOUNT),
            (*_TASK_DRAFT, "draft__data"),
        ),
        _part("wait", processes.waits_for("antwort").filter(subject=_CASE), ("id",)),
    )
    statement, parameters = first.union(*others, all=True).query.sql_with_params()
    return statement, tuple(parameters)


def _part(kind: str, rows: QuerySet[Any], columns: tuple[str, ...]) -> QuerySet[Any, Any]:
    row = JSONObject(**{column: column for column in columns})
    return rows.order_by().defer(None).values_list(Value(kind, output_field=CharField()), row)


def _inquiry(row: Mapping[str, Any]) -> intake.Inquiry:
    return intake.Inquiry(**_values(intake.Inquiry, row, _INQUIRY))


def _co_signature(row: Mapping[str, Any]) -> CoSignature:
    wanted = CoSignature(**_values(CoSignature, row, _CO_SIGNATURE))
    if wanted.signer_id is not None:
        wanted.signer = UserAccount(
            id=wanted.signer_id, given_name=row["signer__given_name"], family_name=row["signer__family_name"]
        )
    if wanted.unit_id is not None:
        wanted.unit = OrganizationalUnit(id=wanted.unit_id, name=row["unit__name"])
    return wanted


def _task_draft(row: Mapping[str, Any]) -> TaskDraft:
    typed = TaskDraft(**_values(TaskDraft, row, _TASK_DRAFT))
    if typed.draft_id is not None:
        data = row["draft__data"]  # SQLite keeps JSON as text, also inside of JSON
        typed.draft = forms.Draft(id=typed.draft_id, data=json.loads(data) if isinstance(data, str) else data)
    return typed


def _values(model: type[models.Model], row: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The columns as the model holds them; SQLite leaves out the time zone, which is UTC."""
    values = {}
    for name in names:
        value = model._meta.get_field(name).to_python(row[name])  # type: ignore[union-attr]  # stored fields only
        is_naive = isinstance(value, datetime) and value.tzinfo is None
        values[name] = value.replace(tzinfo=UTC) if is_naive else value
    return values
