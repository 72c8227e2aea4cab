"""A cast of persons against everything that the records let one do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from rathaus.engines.records import public as records
from rathaus.identity.public import ANONYMOUS, SYSTEM, Actor, actor_for
from tests.factories import identity
from tests.factories import records as factory

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Cast:
    case: records.Case
    document: records.Document
    follow_up: records.FollowUp
    actors: dict[str, Actor]


@pytest.fixture
def cast() -> Cast:
    top = identity.unit()
    unit, other = identity.unit(parent=top), identity.unit(parent=top)
    applicant, substitute = identity.account("Erika", "Muster"), identity.employee(other)
    clerk = identity.employee(unit)
    identity.stand_in(clerk, substitute)
    case = factory.case(unit=unit, applicant=applicant)
    people = {
        "clerk": clerk,
        "substitute": substitute,
        "head of all": identity.employee(top, roles=["head"]),
        "clerk elsewhere": identity.employee(other),
        "administrator": identity.employee(unit, roles=["administrator"]),
        "designer": identity.employee(unit, roles=["designer"]),
        "applicant": applicant,
        "other citizen": identity.account("Otto", "Anders"),
    }
    actors = {name: actor_for(person) for name, person in people.items()}
    return Cast(
        case=case,
        document=factory.document(case),
        follow_up=records.schedule_follow_up(actor=SYSTEM, case=case, due_on=date(2026, 1, 1), text="x"),
        actors=actors | {"anonymous": ANONYMOUS, "system": SYSTEM},
    )


Act = Callable[[Actor, Cast], object]
OFFICE = {"clerk", "substitute", "system"}
READERS = OFFICE | {"applicant"}


def _file(actor: Actor, cast: Cast) -> object:
    return records.file_document(
        actor=actor, case=cast.case, title="t", kind="k", direction="internal", blob=factory.blob(),
        file_name="t.pdf", media_type="application/pdf",
    )  # fmt: skip


ACTS: dict[str, tuple[Act, set[str]]] = {
    "read": (lambda actor, cast: records.case_for(actor, cast.case.id), READERS),
    "documents": (lambda actor, cast: list(records.documents_of(actor, cast.case)), READERS),
    "timeline": (lambda actor, cast: records.timeline_of(actor, cast.case), READERS),
    "notes": (lambda actor, cast: list(records.notes_of(actor, cast.case)), READERS),
    "version": (lambda actor, cast: records.document_version_for(actor, cast.document.id), OFFICE),
    "file": (_file, OFFICE),
    "add version": (
        lambda actor, cast: records.add_version(
            actor=actor,
            document=cast.document,
            blob=factory.blob(b"2"),
            file_name="a",
            media_type="text/plain",
        ),
        READERS,
    ),
    "note": (lambda actor, cast: records.add_note(actor=actor, case=cast.case, text="n"), OFFICE),
    "timeline entry": (
        lambda actor, cast: records.add_timeline_entry(actor=actor, case=cast.case, kind="opened"),
        READERS,
    ),
    "assign": (lambda actor, cast: records.assign_case(actor=actor, case=cast.case, assignee=None), OFFICE),
    "hand on": (
        lambda actor, cast: records.hand_on_case(actor=actor, case=cast.case, unit=identity.unit()),
        OFFICE,
    ),
    "due": (lambda actor, cast: records.set_case_due(actor=actor, case=cast.case, due_on=None), OFFICE),
    "work": (
        lambda actor, cast: records.set_case_state(actor=actor, case=cast.case, state="in_progress"),
        OFFICE,
    ),
    "withdraw": (
        lambda actor, cast: records.set_case_state(actor=actor, case=cast.case, state="withdrawn"),
        READERS,
    ),
    "close": (lambda actor, cast: records.close_case(actor=actor, case=cast.case), OFFICE),
    "follow up": (
        lambda actor, cast: records.schedule_follow_up(
            actor=actor, case=cast.case, due_on=date(2027, 1, 1), text="x"
        ),
        OFFICE,
    ),
    "tick off": (
        lambda actor, cast: records.complete_follow_up(actor=actor, follow_up=cast.follow_up),
        OFFICE,
    ),
    "show": (lambda actor, cast: records.show_to_applicant(actor=actor, document=cast.document), OFFICE),
}
REFUSALS = (PermissionDenied, records.CaseNotFound, records.DocumentNotFound)
NAMES = (
    "clerk", "substitute", "head of all", "clerk elsewhere", "administrator", "designer", "applicant",
    "other citizen", "anonymous", "system",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("act", ACTS)
def test_who_may_do_what(cast: Cast, name: str, act: str) -> None:
    perform, allowed = ACTS[act]
    actor = cast.actors[name]
    if name in allowed or (name == "head of all"):
        perform(actor, cast)
        return
    with pytest.raises(REFUSALS):
        perform(actor, cast)


@pytest.mark.parametrize("name", NAMES)
def test_what_one_sees_in_lists(cast: Cast, name: str) -> None:
    actor = cast.actors[name]
    is_visible = name in READERS | {"head of all"}
    assert records.cases_visible_to(actor).filter(pk=cast.case.pk).exists() is is_visible
    assert records.search_cases(actor, "bello").exists() is is_visible
    assert records.open_cases(actor).exists() is is_visible


def test_nobody_handles_their_own_matter() -> None:
    unit = identity.unit()
    clerk = identity.employee(unit)
    case, actor = factory.case(unit=unit, applicant=clerk), actor_for(clerk)
    factory.document(case, "Vermerk", direction="internal")
    assert list(records.cases_visible_to(actor)) == []
    assert list(records.own_cases(actor)) == [case]
    assert records.case_for(actor, case.id) == case
    assert list(records.documents_of(actor, case)) == []
    with pytest.raises(PermissionDenied):
        records.set_case_state(actor=actor, case=case, state="decided")


def test_only_administrators_change_the_file_plan() -> None:
    unit = identity.unit()
    for roles, is_allowed in ((["administrator"], True), (["case_worker", "head"], False)):
        actor = actor_for(identity.employee(unit, roles=roles))
        values: dict[str, Any] = {"actor": actor, "code": "1", "title": "x"}
        if is_allowed:
            records.create_file_plan_entry(**values)
        else:
            with pytest.raises(PermissionDenied):
                records.create_file_plan_entry(**values)
