from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from rathaus.engines.records import public as records
from rathaus.engines.records.tasks import announce_follow_ups
from rathaus.identity.public import SYSTEM, actor_for
from rathaus.kernel.public import clock, events
from tests.factories import identity
from tests.factories import records as factory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def test_staff_and_applicant_read_the_same_story_in_their_own_words() -> None:
    unit, citizen = identity.unit(name="Steueramt"), identity.account()
    clerk = actor_for(identity.employee(unit, "Karin", "Kanzlei"))
    case = factory.case(unit=unit, applicant=citizen)
    factory.document(case, "Antrag", visible_to_applicant=True)
    records.set_case_state(actor=clerk, case=case, state="waiting", reason="Nachweis zweifelhaft")
    records.add_note(actor=clerk, case=case, text="intern")
    records.hand_on_case(actor=clerk, case=case, unit=identity.unit(name="Ordnungsamt"))
    assert [(line.text, line.actor_name) for line in records.timeline_of(SYSTEM, case)] == [
        ("Vorgang angelegt (hund-anmelden)", "System"),
        ("Dokument abgelegt: Antrag", "System"),
        ("Stand: wartet auf Antwort", "Karin Kanzlei"),
        ("Aktenvermerk geschrieben", "Karin Kanzlei"),
        ("Abgegeben von Steueramt an Ordnungsamt", "Karin Kanzlei"),
    ]
    lines = records.timeline_of(actor_for(citizen), case)
    assert [(line.text, line.actor_name) for line in lines] == [
        ("Ihr Antrag ist bei uns eingegangen.", ""),
        ("Dokument: Antrag", ""),
        ("Wir warten auf eine Antwort, bevor es weitergeht.", ""),
        ("Ihr Antrag wurde weitergegeben an: Ordnungsamt", ""),
    ]
    assert "zweifelhaft" not in str(lines)


def test_the_timeline_speaks_the_language_of_the_reader() -> None:
    case = factory.case()
    records.schedule_follow_up(actor=SYSTEM, case=case, due_on=date(2026, 12, 4), text="Rückruf")
    with translation.override("en"):
        assert records.timeline_of(SYSTEM, case)[-1].text == "Follow-up on 4 December 2026: Rückruf"
    assert records.timeline_of(SYSTEM, case)[-1].text == "Wiedervorlage am 4. Dezember 2026: Rückruf"


def test_other_apps_bring_their_own_kinds() -> None:
    records.timeline_texts.register("test.bitten", staff="Biss: {what}", citizen="Etwas geschah.")
    citizen = identity.account()
    case = factory.case(applicant=citizen)
    for details in ({"what": "Wade {0.__class__}"}, {}):
        records.add_timeline_entry(
            actor=SYSTEM, case=case, kind="test.bitten", details=details, visible_to_applicant=True
        )
    assert [line.text for line in records.timeline_of(SYSTEM, case)[1:]] == [
        "Biss: Wade {0.__class__}",
        "Biss: …",
    ]
    assert records.timeline_of(actor_for(citizen), case)[-1].text == "Etwas geschah."


def test_a_kind_without_words_shows_its_name() -> None:
    case = factory.case()
    records.add_timeline_entry(actor=SYSTEM, case=case, kind="nobody.said")
    assert records.timeline_of(SYSTEM, case)[-1].text == "nobody.said"


def test_follow_ups_come_to_the_unit_or_the_person_on_their_day() -> None:
    unit, other = identity.unit(), identity.unit()
    worker, colleague = identity.employee(unit), identity.employee(unit)
    stranger = identity.employee(other)
    case = factory.case(unit=unit)
    with clock.travel(NOON):
        for_unit = records.schedule_follow_up(actor=SYSTEM, case=case, due_on=date(2026, 12, 1), text="Amt")
        for_one = records.schedule_follow_up(
            actor=SYSTEM, case=case, due_on=date(2026, 11, 30), text="Person", account=worker
        )
        later = records.schedule_follow_up(actor=SYSTEM, case=case, due_on=date(2026, 12, 2), text="morgen")
        assert list(records.open_follow_ups(actor_for(worker))) == [for_one, for_unit]
        assert list(records.open_follow_ups(actor_for(colleague))) == [for_unit]
        assert list(records.open_follow_ups(actor_for(stranger))) == []
        until = records.open_follow_ups(actor_for(colleague), until=date(2026, 12, 31))
        assert list(until) == [for_unit, later]
        records.complete_follow_up(actor=actor_for(colleague), follow_up=for_unit)
        records.complete_follow_up(actor=actor_for(colleague), follow_up=for_unit)
        assert list(records.open_follow_ups(actor_for(colleague))) == []
    done = [line for line in records.timeline_of(SYSTEM, case) if line.kind == "follow_up_done"]
    assert [line.text for line in done] == ["Wiedervorlage erledigt: Amt"]


def test_a_due_follow_up_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    case = factory.case()
    with clock.travel(NOON):
        due, done, _later = (
            records.schedule_follow_up(actor=SYSTEM, case=case, due_on=date(2026, 12, day), text="x")
            for day in (3, 3, 9)
        )
        records.complete_follow_up(actor=SYSTEM, follow_up=done)
        told: list[events.Event] = []
        monkeypatch.setattr(events, "emit", told.append)
        announce_follow_ups.call()
        assert told == []
        clock.advance(timedelta(days=2))
        announce_follow_ups.call()
        announce_follow_ups.call()
    assert told == [records.FollowUpDue(case_id=case.id, follow_up_id=due.pk)]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_follow_ups_costs_two_queries(count: int, django_assert_num_queries: Any) -> None:
    unit = identity.unit()
    actor = actor_for(identity.employee(unit))
    for _ in range(count):
        records.schedule_follow_up(actor=SYSTEM, case=factory.case(unit=unit), due_on=clock.today(), text="x")
    with django_assert_num_queries(2):
        found = [(f.case.title, f.unit and f.unit.name) for f in records.open_follow_ups(actor)]
    assert len(found) == count
