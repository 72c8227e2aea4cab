from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from pypdf import PdfReader

from rathaus.engines.correspondence.models import Letter, PrintBatch, PrintItem
from rathaus.engines.correspondence.public import (
    NothingToPrint,
    NotPostable,
    PrintState,
    create_print_batch,
    deliver,
    mark_posted,
    print_batches,
    print_file,
    waiting_items,
)
from rathaus.identity.public import SYSTEM, UserAccount, actor_for
from rathaus.kernel.public import clock
from tests.factories import correspondence as make
from tests.factories import identity as people

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 12, 4, 10, 0, tzinfo=BERLIN)
Queries = Callable[[int], AbstractContextManager[object]]


@pytest.fixture
def mailroom() -> UserAccount:
    people.town(name="Musterstadt")
    return people.employee(people.unit("zentrale-dienste"), "Paul", "Post", roles=("mailroom",))


def waiting(count: int = 1, body: str = "Text") -> list[PrintItem]:
    for number in range(count):
        letter = make.letter(text=make.source(body), to=make.recipient(name=f"Person {number}"))
        deliver(actor=SYSTEM, letter=letter)
    return list(PrintItem.objects.filter(state=PrintState.OPEN))


def test_a_batch_takes_what_waits(mailroom: UserAccount) -> None:
    items = waiting(3)
    actor = actor_for(mailroom)
    with clock.travel(FRIDAY):
        first = create_print_batch(actor=actor, item_ids=[items[0].pk])
        second = create_print_batch(actor=actor)
    assert (first.number, second.number) == ("D2026-0001", "D2026-0002")
    assert {batch.number: batch.letters for batch in print_batches(actor)} == {
        "D2026-0001": 1,
        "D2026-0002": 2,
    }
    assert list(waiting_items(actor)) == []
    with pytest.raises(NothingToPrint):
        create_print_batch(actor=actor)
    with pytest.raises(NothingToPrint):
        create_print_batch(actor=actor, item_ids=[items[0].pk])
    assert PrintBatch.objects.count() == 2


def test_the_print_file_has_a_cover_and_every_letter_on_its_own_sheet(mailroom: UserAccount) -> None:
    waiting(2)
    actor = actor_for(mailroom)
    batch = create_print_batch(actor=actor)
    data = print_file(actor=actor, batch=batch)
    sheets = [page.extract_text() for page in PdfReader(BytesIO(data)).pages]
    assert len(sheets) == 6
    assert all(
        part in sheets[0] for part in (f"Druckauftrag {batch.number}", "Person 0", "Person 1", "2 Schreiben")
    )
    assert ["Person 0" in sheets[2], "Person 1" in sheets[4]] == [True, True]
    assert [sheets[index].strip() for index in (1, 3, 5)] == ["", "", ""]
    batch.refresh_from_db()
    assert print_file(actor=actor, batch=batch) == data


def test_posting_sets_the_day_of_notification(mailroom: UserAccount) -> None:
    waiting(2)
    actor = actor_for(mailroom)
    with clock.travel(FRIDAY):
        batch = create_print_batch(actor=actor)
        for wrong in (date(2026, 12, 3), date(2026, 12, 5)):
            with pytest.raises(NotPostable):
                mark_posted(actor=actor, batch=batch, posted_on=wrong)
        mark_posted(actor=actor, batch=batch)
        with pytest.raises(NotPostable):
            mark_posted(actor=actor, batch=batch)
    assert set(Letter.objects.values_list("sent_on", "notified_on")) == {
        (date(2026, 12, 4), date(2026, 12, 8))
    }
    assert set(PrintItem.objects.values_list("state", flat=True)) == {PrintState.POSTED}


def test_only_the_mailroom_prints(mailroom: UserAccount) -> None:
    waiting()
    batch = create_print_batch(actor=actor_for(mailroom))
    worker = actor_for(people.employee(people.unit("steueramt"), "Sabine", "Steuer"))
    citizen = actor_for(people.account())
    for actor in (worker, citizen):
        for call in (
            lambda actor: create_print_batch(actor=actor),
            lambda actor: print_file(actor=actor, batch=batch),
            lambda actor: mark_posted(actor=actor, batch=batch),
            waiting_items,
            print_batches,
        ):
            with pytest.raises(PermissionDenied):
                call(actor)


@pytest.mark.urls("tests.engines.correspondence.urls")
class TestPrintRoom:
    def test_from_waiting_to_posted(self, client: Client, mailroom: UserAccount) -> None:
        (item,) = waiting()
        people.sign_in(client, mailroom)
        with clock.travel(FRIDAY):
            page = client.get("/amt/druck/").content.decode()
            assert "Person 0" in page
            assert f'value="{item.pk}"' in page
            page = client.post("/amt/druck/stapel/", {"brief": [item.pk]}, follow=True).content.decode()
            assert "Druckstapel D2026-0001 ist fertig." in page
            batch = PrintBatch.objects.get()
            answer = client.get(f"/amt/druck/stapel/{batch.pk}.pdf")
            assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
            assert answer["Cache-Control"] == "private, no-store"
            wrong = client.post(f"/amt/druck/stapel/{batch.pk}/versandt/", {"posted_on": "x"}, follow=True)
            assert "Bitte geben Sie den Tag des Versands an" in wrong.content.decode()
            page = client.post(
                f"/amt/druck/stapel/{batch.pk}/versandt/", {"posted_on": "04.12.2026"}, follow=True
            ).content.decode()
        assert "Stapel D2026-0001 ist als versandt vermerkt." in page
        assert Letter.objects.get().notified_on == date(2026, 12, 8)

    def test_nothing_chosen(self, client: Client, mailroom: UserAccount) -> None:
        people.sign_in(client, mailroom)
        wrong = ["x", "9" * 30, "9" * 6000]
        page = client.post("/amt/druck/stapel/", {"brief": wrong}, follow=True).content.decode()
        assert "Bitte wählen Sie mindestens einen Brief" in page
        assert client.get(f"/amt/druck/stapel/{uuid.uuid4()}.pdf").status_code == 404

    def test_others_stay_outside(self, client: Client) -> None:
        worker = people.employee(people.unit("steueramt"), "Sabine", "Steuer")
        assert client.get("/amt/druck/").status_code == 302
        people.sign_in(client, worker)
        assert client.get("/amt/druck/").status_code == 403
        assert client.post("/amt/druck/stapel/").status_code == 403
        people.sign_in(client, people.account())
        assert client.get("/amt/druck/").status_code == 403

    @pytest.mark.parametrize("count", [1, 3])
    def test_queries(
        self, count: int, client: Client, mailroom: UserAccount, django_assert_num_queries: Queries
    ) -> None:
        waiting(count)
        people.sign_in(client, mailroom)
        client.get("/amt/druck/")
        with django_assert_num_queries(QUERIES):
            client.get("/amt/druck/")


QUERIES = 7
