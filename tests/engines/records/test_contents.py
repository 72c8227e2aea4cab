from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from rathaus.engines.records import public as records
from rathaus.identity.public import ANONYMOUS, actor_for
from rathaus.kernel.public import clock
from tests.factories import identity
from tests.factories import records as factory

pytestmark = pytest.mark.django_db


def test_one_query_for_all_that_lies_in_a_case(django_assert_num_queries: Any) -> None:
    unit = identity.unit()
    case, actor = factory.case(unit=unit), actor_for(identity.employee(unit, "Karin", "Kanzlei"))
    first, second = factory.document(case, "Antrag"), factory.document(case, "Lageplan")
    note = records.add_note(actor=actor, case=case, text="Hat angerufen.")
    records.add_note(actor=actor, case=case, text="Hat geschrieben.")
    today = clock.today()
    for days in (9, 2):
        records.schedule_follow_up(
            actor=actor, case=case, due_on=today + timedelta(days=days), text=str(days)
        )
    records.Participant.objects.create(case=case, role="Nachbarin", name="Nora Nachbar")
    with django_assert_num_queries(1):
        found = records.contents_of(actor, case)
    assert [(item.key, item.text) for item in found.documents] == [
        (str(first.pk), "Antrag"),
        (str(second.pk), "Lageplan"),
    ]
    assert [(item.text, item.name) for item in found.notes] == [
        ("Hat geschrieben.", "Karin Kanzlei"),
        ("Hat angerufen.", "Karin Kanzlei"),
    ]
    assert found.notes[1].at == note.created_at
    assert [(item.text, item.day) for item in found.follow_ups] == [
        ("2", today + timedelta(days=2)),
        ("9", today + timedelta(days=9)),
    ]
    assert [(item.text, item.name) for item in found.participants] == [("Nora Nachbar", "Nachbarin")]


def test_contents_are_for_those_who_handle_the_case() -> None:
    unit, citizen = identity.unit(), identity.account()
    case = factory.case(unit=unit, applicant=citizen)
    factory.document(case, "Antrag")
    assert records.contents_of(actor_for(citizen), case) == records.CaseContents()
    stranger = actor_for(identity.employee(identity.unit("anderes-amt")))
    for actor in (ANONYMOUS, stranger):
        with pytest.raises(PermissionDenied):
            records.contents_of(actor, case)


def test_the_latest_lines_come_first_and_say_their_number() -> None:
    unit = identity.unit()
    case, actor = factory.case(unit=unit), actor_for(identity.employee(unit))
    for text in ("eins", "zwei", "drei"):
        records.add_note(actor=actor, case=case, text=text)
    whole, latest = records.timeline_of(actor, case), records.latest_in_timeline(actor, case, 2)
    assert latest == whole[::-1][:2]
    assert latest[0].number > latest[1].number


def test_of_what_grows_only_the_newest_come() -> None:
    unit = identity.unit()
    case, actor = factory.case(unit=unit), actor_for(identity.employee(unit))
    for number in range(51):
        factory.document(case, f"Dokument {number}")
        records.FileNote.objects.create(case=case, text=str(number), author_name="", created_at=clock.now())
    found = records.contents_of(actor, case)
    assert ([item.text for item in found.documents], found.more_documents) == (
        [f"Dokument {number}" for number in range(1, 51)], True
    )  # fmt: skip
    assert ([item.text for item in found.notes], found.more_notes) == (
        [str(number) for number in range(50, 0, -1)], True
    )  # fmt: skip
    lines = records.timeline_of(actor, case)
    assert [line.number for line in records.latest_in_timeline(actor, case, 3, before=lines[-1].number)] == [
        line.number for line in lines[-2:-5:-1]
    ]
