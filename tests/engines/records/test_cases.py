from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from rathaus.engines.records import public as records
from rathaus.identity.public import ANONYMOUS, SYSTEM, actor_for
from rathaus.kernel.public import audit, clock, events
from tests.factories import identity
from tests.factories import records as factory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def _open(**fields: Any) -> records.Case:
    values: dict[str, Any] = {"case_type": "hund-anmelden", "title": "Hund Bello", "channel": "online"}
    return records.open_case(actor=ANONYMOUS, **(values | fields))


def test_opening_draws_references_and_takes_rights_from_the_unit() -> None:
    unit, entry = identity.unit("steueramt"), factory.plan_entry("20.3", retention_years=6)
    with clock.travel(NOON):
        first, second = (_open(plan_entry=entry, unit=unit, due_on=date(2026, 12, 15)) for _ in range(2))
    assert (first.case_reference, second.case_reference) == ("20.3-2026-00001", "20.3-2026-00002")
    assert (first.dossier.file_reference, second.dossier.file_reference) == (
        "20.3/2026/0001",
        "20.3/2026/0002",
    )
    stored = records.case_by_id(first.id)
    assert (stored.state, stored.opened_at, stored.due_on) == ("received", NOON, date(2026, 12, 15))
    assert stored.access_set_id == stored.dossier.access_set_id == unit.access_set.pk
    assert (stored.dossier.retention_years, stored.dossier.opened_on) == (6, date(2026, 12, 1))


def test_references_follow_the_pattern_of_the_file_plan_entry() -> None:
    entry = factory.plan_entry("20.3", file_pattern="{unit}/{plan}/{n}", case_pattern="H{year}-{n:03d}")
    with clock.travel(NOON):
        case = _open(plan_entry=entry, unit=identity.unit("steueramt"))
    assert (case.dossier.file_reference, case.case_reference) == ("steueramt/20.3/1", "H2026-001")


def test_a_pattern_that_cannot_number_is_refused() -> None:
    with pytest.raises(ValidationError, match="genau einen Platzhalter"):
        factory.plan_entry("20.4", case_pattern="{year}")


def test_a_case_in_a_given_dossier_takes_its_rights_and_no_new_dossier() -> None:
    owner, other = identity.unit(), identity.unit()
    first = factory.case(unit=owner)
    second = factory.case(unit=other, dossier=first.dossier)
    assert second.dossier == first.dossier
    assert second.access_set_id == owner.access_set.pk
    assert records.Dossier.objects.count() == 1


def test_the_retention_of_the_service_wins_over_the_file_plan() -> None:
    entry = factory.plan_entry(retention_years=10)
    assert factory.case(entry=entry, retention_years=2).dossier.retention_years == 2


def test_participants_are_entered() -> None:
    new = records.NewParticipant(role="representative", name="Rita Recht", address={"city": "Musterstadt"})
    case = factory.case(participants=[new])
    assert [(p.role, p.name, p.address) for p in records.participants_of(case)] == [
        ("representative", "Rita Recht", {"city": "Musterstadt"})
    ]


def test_opening_is_lean(django_assert_num_queries: Any) -> None:
    unit, entry = identity.unit(), factory.plan_entry()
    assert unit.access_set is not None
    with django_assert_num_queries(7), transaction.atomic(durable=False, savepoint=False):
        _open(plan_entry=entry, unit=unit)


def test_filing_a_document_is_lean(django_assert_num_queries: Any) -> None:
    case, blob = factory.case(), factory.blob()
    with django_assert_num_queries(4):
        factory.document(case, blob=blob)


def test_a_failed_opening_leaves_nothing_behind_and_no_gap() -> None:
    unit, entry = identity.unit(), factory.plan_entry("20.3")
    with pytest.raises(RuntimeError), transaction.atomic():
        _open(plan_entry=entry, unit=unit)
        raise RuntimeError
    assert records.Case.objects.count() == 0
    assert _open(plan_entry=entry, unit=unit).case_reference.endswith("-00001")


def test_opening_is_in_the_audit_trail_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[events.Event] = []
    monkeypatch.setattr(events, "emit", told.append)
    case = factory.case()
    assert told == [records.CaseOpened(case_id=case.id, case_type="hund-anmelden")]
    assert [entry.action for entry in audit.entries_for(case.audit_subject)] == ["records.case_opened"]


def test_assigning_and_taking_back() -> None:
    unit = identity.unit()
    boss, worker = identity.employee(unit), identity.employee(unit, "Willi", "Werk")
    case = factory.case(unit=unit)
    records.assign_case(actor=actor_for(boss), case=case, assignee=worker)
    assert records.case_by_id(case.id).assignee == worker
    records.assign_case(actor=actor_for(boss), case=case, assignee=None)
    assert records.case_by_id(case.id).assignee is None
    lines = records.timeline_of(SYSTEM, case)
    assert [line.text for line in lines[1:]] == ["Zugewiesen an Willi Werk", "Zuweisung aufgehoben"]


def test_only_people_of_the_town_hall_are_assigned() -> None:
    case = factory.case()
    with pytest.raises(records.NotAssignable):
        records.assign_case(actor=SYSTEM, case=case, assignee=identity.account())


def test_handing_on_moves_rights_dossier_and_follow_ups() -> None:
    before, after = identity.unit(), identity.unit(name="Ordnungsamt")
    old, new = identity.employee(before), identity.employee(after)
    case = factory.case(unit=before)
    records.assign_case(actor=SYSTEM, case=case, assignee=old)
    follow_up = records.schedule_follow_up(
        actor=actor_for(old), case=case, due_on=date(2026, 12, 1), text="Nachfrage"
    )
    records.hand_on_case(actor=actor_for(old), case=case, unit=after, note="gehört dorthin")
    stored = records.case_for(actor_for(new), case.id)
    assert (stored.lead_unit, stored.assignee, stored.dossier.unit) == (after, None, after)
    assert stored.dossier.access_set_id == after.access_set.pk
    follow_up.refresh_from_db()
    assert follow_up.unit == after
    with pytest.raises(records.CaseNotFound):
        records.case_for(actor_for(old), case.id)
    with pytest.raises(PermissionDenied):
        records.add_note(actor=actor_for(old), case=case, text="zu spät")


def test_handing_on_one_of_several_cases_leaves_the_dossier() -> None:
    before, after = identity.unit(), identity.unit()
    first = factory.case(unit=before)
    factory.case(unit=before, dossier=first.dossier)
    records.hand_on_case(actor=SYSTEM, case=first, unit=after)
    first.dossier.refresh_from_db()
    assert first.dossier.unit == before


def test_the_due_date_is_changed_and_said() -> None:
    case = factory.case()
    records.set_case_due(actor=SYSTEM, case=case, due_on=date(2026, 12, 24))
    assert records.case_by_id(case.id).due_on == date(2026, 12, 24)
    assert records.timeline_of(SYSTEM, case)[-1].text == "Neue Frist: 24. Dezember 2026"


def test_no_such_case() -> None:
    for case_id in (uuid.uuid4(), "../etc", ""):
        with pytest.raises(records.CaseNotFound):
            records.case_for(SYSTEM, case_id)


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("bello", True),
        ("müller", True),
        ("MUELLER bello", True),
        ("20.3-2026", True),
        ("muell", True),
        ("Jörg", True),
        ("llo", False),
        ("bello schmidt", False),
        ("%", False),
        ("_ello", False),
        ("", False),
    ],
)
def test_search_finds_by_reference_title_and_name(words: str, is_found: bool) -> None:
    with clock.travel(NOON):
        case = factory.case(entry=factory.plan_entry("20.3"), applicant_name="Jörg Müller")
    factory.case(title="Anderes", applicant_name="Anna Schmidt")
    assert list(records.search_cases(SYSTEM, words)) == ([case] if is_found else [])


def test_search_does_not_find_what_the_actor_may_not_see(django_assert_num_queries: Any) -> None:
    unit, other = identity.unit(), identity.unit()
    mine = factory.case(unit=unit)
    factory.case(unit=other)
    actor = actor_for(identity.employee(unit))
    with django_assert_num_queries(2):
        assert list(records.search_cases(actor, "bello")) == [mine]
    stranger = actor_for(identity.account())
    assert list(records.search_cases(stranger, "bello")) == []


def test_a_citizen_finds_their_own_cases_only() -> None:
    citizen = identity.account("Erika", "Muster")
    mine = factory.case(applicant=citizen)
    factory.case()
    assert list(records.search_cases(actor_for(citizen), "hund bello")) == [mine]


def test_search_follows_a_case_that_is_handed_on() -> None:
    before, after = identity.unit(), identity.unit()
    case = factory.case(unit=before)
    records.hand_on_case(actor=SYSTEM, case=case, unit=after)
    assert list(records.search_cases(actor_for(identity.employee(before)), "bello")) == []
    assert list(records.search_cases(actor_for(identity.employee(after)), "bello")) == [case]


def test_a_unit_that_is_involved_opens_and_finds_the_case_and_the_lead_stays() -> None:
    lead, other = identity.unit(), identity.unit(name="Bauhof")
    case = factory.case(unit=lead)
    helper = actor_for(identity.employee(other))
    for _ in range(2):
        records.involve_unit(actor=SYSTEM, case=case, unit=other)
    for actor in (helper, actor_for(identity.employee(lead))):
        assert records.case_for(actor, case.id).lead_unit == lead
        assert list(records.search_cases(actor, "bello")) == [case]
    involved = [line.text for line in records.timeline_of(SYSTEM, case) if line.kind == "unit_involved"]
    assert involved == ["Ebenfalls beteiligt: Bauhof"]


def test_the_newest_come_first() -> None:
    cases = [factory.case() for _ in range(3)]
    assert list(records.search_cases(SYSTEM, "bello")) == cases[::-1]


@pytest.mark.parametrize(
    "typed", ['"', "' OR 1=1", "bello*", "NOT bello", "a & b | !c", "(", ":", "x" * 5000, "\0"]
)
def test_signs_of_the_query_languages_are_nothing_special(typed: str) -> None:
    factory.case()
    assert records.search_cases(SYSTEM, typed).count() in (0, 1)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_open_cases_costs_two_queries(count: int, django_assert_num_queries: Any) -> None:
    unit = identity.unit()
    for _ in range(count):
        factory.case(unit=unit)
    actor = actor_for(identity.employee(unit))
    with django_assert_num_queries(2):
        assert len(records.open_cases(actor)) == count


def test_open_cases_come_by_urgency_and_ended_ones_not_at_all() -> None:
    unit = identity.unit()
    late, soon, ended = (
        factory.case(unit=unit, due_on=day) for day in (date(2027, 1, 5), date(2026, 12, 5), date(2026, 1, 1))
    )
    records.close_case(actor=SYSTEM, case=ended)
    assert list(records.open_cases(actor_for(identity.employee(unit)))) == [soon, late]
