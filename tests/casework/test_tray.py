from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rathaus.casework.queries import tray
from rathaus.casework.services.co_signatures import request_co_signature
from rathaus.casework.web import tray as web_tray
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM
from rathaus.intake import public as intake
from rathaus.kernel.public import clock
from tests.casework.conftest import Desk, read_afresh, settle

As = Callable[[str], Client]


def rows(answer: Any) -> list[str]:
    return [row.title for row in answer.context["rows"]]


def test_a_new_case_lies_in_the_tray_of_the_office(desk: Desk, case_id: UUID, as_: As) -> None:
    answer = as_("case_worker").get("/amt/")
    assert [(row.case_id, row.what) for row in answer.context["rows"]] == [
        (case_id, "Steuer prüfen und festsetzen")
    ]
    assert [(tab.title, tab.count) for tab in answer.context["tabs"]] == [
        ("Meine", 0),
        ("Mein Amt", 1),
        ("Überfällig", 0),
        ("Wartet auf Antwort", 0),
        ("Wiedervorlagen", 0),
        ("Mitzeichnungen", 0),
    ]


@pytest.mark.parametrize("name", ["stranger", "administrator", "designer"])
def test_others_do_not_see_it(desk: Desk, case_id: UUID, as_: As, name: str) -> None:
    assert rows(as_(name).get("/amt/?liste=amt")) == []


@pytest.mark.parametrize("name", ["colleague", "stand_in"])
def test_those_who_work_there_see_it(desk: Desk, case_id: UUID, as_: As, name: str) -> None:
    assert len(rows(as_(name).get("/amt/?liste=amt"))) == 1


def test_stand_in_work_says_for_whom(desk: Desk, case_id: UUID, as_: As) -> None:
    answer = as_("stand_in").get("/amt/?liste=amt")
    assert [row.on_behalf_of for row in answer.context["rows"]] == ["Sabine Steuer"]
    assert "in Vertretung für Sabine Steuer" in answer.content.decode()


def test_citizens_are_refused_and_guests_sign_in(desk: Desk, as_: As) -> None:
    assert as_("citizen").get("/amt/").status_code == 403
    assert Client().get("/amt/")["Location"].startswith("/zugang/")


@pytest.mark.parametrize("number", [1, 30])
def test_the_number_of_queries_is_fixed(desk: Desk, as_: As, number: int) -> None:
    case_id = desk.open_case()
    task = desk.task(case_id)
    for _ in range(number - 1):
        other = processes.UserTask.objects.get(pk=task.pk)
        other.pk, other._state.adding = None, True
        other.pk = processes.UserTask._meta.pk.get_default()
        other.save()
    client = as_("case_worker")
    read_afresh(client, "/amt/")
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/amt/")
    assert len(answer.context["rows"]) == number
    assert len(queries) == 7, "\n".join(query["sql"] for query in queries)


def test_filters(desk: Desk, case_id: UUID, as_: As) -> None:
    client = as_("case_worker")
    for query, count in {
        "text=bella": 1,
        "text=katze": 0,
        "leistung=hund-anmelden": 1,
        "leistung=anderes": 0,
        "stand=received": 1,
        "stand=waiting": 0,
        "frist=heute": 0,
        "frist=ohne": 0,
        "sortierung=neu": 1,
        "nach=2026-01-01~2026-01-01T00:00:00%2B00:00~00000000-0000-0000-0000-000000000000": 1,
        "nach=~2999-01-01T00:00:00%2B00:00~00000000-0000-0000-0000-000000000000": 0,
        "liste=kaputt&nach=x": 1,
        "nach=~0001-01-01T00:00:00%2B14:00~00000000-0000-0000-0000-000000000000": 1,
        "nach=~2026-01-01T00:00:00~7": 1,
    }.items():
        assert (query, len(rows(client.get(f"/amt/?{query}")))) == (query, count)


def test_the_lists(desk: Desk, case_id: UUID, as_: As) -> None:
    client, worker = as_("case_worker"), desk.cast.actor("case_worker")
    client.post(f"/amt/vorgaenge/{case_id}/uebernehmen/")
    assert rows(client.get("/amt/?liste=meine")) == rows(client.get("/amt/")) != []
    processes.UserTask.objects.update(due_on=clock.today().replace(day=1, month=11))
    assert len(rows(client.get("/amt/?liste=faellig"))) == 1
    intake.ask_applicant(actor=worker, case_id=case_id, text="Wie alt?", due_on=clock.today())
    assert len(rows(client.get("/amt/?liste=wartet"))) == 1
    client.post(
        f"/amt/vorgaenge/{case_id}/wiedervorlage/", {"due_on": "2026-12-03", "text": "Anruf erwartet"}
    )
    answer = client.get("/amt/?liste=wiedervorlage")
    assert [row.what for row in answer.context["rows"]] == ["Anruf erwartet"]


def test_many_are_assigned_at_once_and_back_again(desk: Desk, as_: As) -> None:
    tasks = [desk.task(desk.open_case()), desk.task(desk.open_case())]
    client = as_("case_worker")
    ids = [str(task.pk) for task in tasks]
    assert client.post("/amt/zuweisen/", {"aufgabe": ids}).status_code == 200
    client.post("/amt/zuweisen/", {"aufgabe": ids, "person": str(desk.cast.colleague.pk)})
    assert {desk.task(task.subject).assignee_id for task in tasks} == {desk.cast.colleague.pk}
    assert {desk.case(task.subject).assignee_id for task in tasks} == {desk.cast.colleague.pk}
    client.post("/amt/zuweisen/zurueck/")
    assert {desk.task(task.subject).assignee_id for task in tasks} == {None}


def test_strangers_assign_nothing(desk: Desk, case_id: UUID, as_: As) -> None:
    task = desk.task(case_id)
    answer = as_("stranger").post(
        "/amt/zuweisen/", {"aufgabe": [str(task.pk)], "person": str(desk.cast.stranger.pk)}
    )
    assert answer.status_code == 302
    assert desk.task(case_id).assignee_id is None


def test_nobody_handles_their_own_matter(desk: Desk, as_: As) -> None:
    case_id = desk.open_case(desk.cast.case_worker)
    settle()
    client = as_("case_worker")
    assert rows(client.get("/amt/?liste=amt")) == []
    assert client.get(f"/amt/vorgaenge/{case_id}/").status_code == 404
    assert SYSTEM.is_staff is False


@pytest.mark.parametrize("order", ["", "neu"])
@pytest.mark.parametrize("name", ["case_worker", "head", "stand_in"])
def test_pages_hold_every_task_once(desk: Desk, as_: As, name: str, order: str) -> None:
    """Dated and undated tasks, many of them at the same moment, over three pages."""
    task = desk.task(desk.open_case())
    for number in range(70):
        copy = processes.UserTask.objects.get(pk=task.pk)
        copy.pk, copy._state.adding = processes.UserTask._meta.pk.get_default(), True
        copy.due_on = None if number % 3 == 0 else clock.today() + timedelta(days=number % 5)
        copy.save()
    client, address = as_(name), f"/amt/?liste=amt&sortierung={order}"
    seen: list[Any] = []
    for length in (30, 30, 11):
        answer = client.get(address)
        assert len(answer.context["rows"]) == length
        seen += answer.context["rows"]
        address = "/amt/" + answer.context["later"]
    assert (len({row.task_id for row in seen}), answer.context["later"]) == (71, "")
    by_urgency = [(row.due_on is None, row.due_on or clock.today(), row.since) for row in seen]
    assert order or by_urgency == sorted(by_urgency)
    assert [tab.shown_count for tab in answer.context["tabs"]][1] == "71"


def test_what_is_many_is_not_counted_to_the_end(desk: Desk, as_: As) -> None:
    task = desk.task(desk.open_case())
    for _number in range(120):
        task.pk, task._state.adding = processes.UserTask._meta.pk.get_default(), True
        task.save()
    tabs = as_("case_worker").get("/amt/").context["tabs"]
    assert [tab.shown_count for tab in tabs] == ["0", "99+", "0", "0", "0", "0"]


def test_the_other_lists_go_on_behind_the_last_row(
    desk: Desk, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tray, "PAGE_SIZE", 1)
    monkeypatch.setattr(web_tray, "PAGE_SIZE", 1)
    client, worker = as_("case_worker"), desk.cast.actor("case_worker")
    cases = [desk.open_case() for _number in range(3)]
    for number, case_id in enumerate(cases):
        case = records.case_by_id(case_id)
        intake.ask_applicant(actor=worker, case_id=case_id, text="Wie alt?", due_on=clock.today())
        records.schedule_follow_up(actor=worker, case=case, due_on=clock.today(), text=f"Nr. {number}")
        request_co_signature(actor=worker, case=case, unit=case.lead_unit, text=f"Nr. {number}")
    records.Case.objects.filter(pk=cases[1]).update(due_on=None)
    for name, tab in (("case_worker", "wartet"), ("case_worker", "wiedervorlage"), ("head", "mitzeichnung")):
        for order in ("", "neu"):
            client, address, seen = as_(name), f"/amt/?liste={tab}&sortierung={order}", []
            for _page in cases:
                answer = client.get(address)
                seen += [row.case_id for row in answer.context["rows"]]
                address = "/amt/" + answer.context["later"]
            assert (tab, order, set(seen), len(seen)) == (tab, order, set(cases), 3)
            assert answer.context["later"] == ""
            if tab == "wartet" and not order:
                assert seen[-1] == cases[1]
