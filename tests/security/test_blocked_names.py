"""A person with an information block is named to nobody outside the circle: in lists, the print room, mails."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse
from pypdf import PdfReader

from rathaus.casework.confidential import PAGE
from rathaus.casework.queries.readings import readings_of
from rathaus.casework.services import protection
from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, actor_for
from rathaus.kernel.public import clock, jobs
from tests.architecture.rights import REFUSED, Visitors
from tests.factories import correspondence as letters
from tests.factories import identity
from tests.security.attack import LONG, ROWS
from tests.security.test_leaks import DRAWN_ANEW, look

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
NAMES = ("Erika", "Lindenstraße", "Wolkenhund", "Brief an Frau Geheim")
OF_THIS_CASE = ("Wolkenhund", "Brief an Frau Geheim")
"""Other cases of the town are Erika's as well, by what their forms say."""
OUTSIDE = ("other", "involved", "stranger", "stand_in", "administrator", "designer", "mailroom")
ASKED = OUTSIDE if LONG else ("involved", "stand_in", "mailroom", "administrator")
PAGES = [row for row in ROWS if not row.parameters - {"slug", "key"} and row.address not in DRAWN_ANEW]
QUERIES = ("q=Erika", "q=Lindenstra%C3%9Fe", "text=Erika", "text=Lindenstra%C3%9Fe")


@pytest.fixture
def blocked(visitors: Visitors) -> Iterator[records.Case]:
    """The owner's case with a block, and a letter to her, with her name in its title, that waits for print."""
    with transaction.atomic():
        registration = identity.employee(
            identity.unit("meldeamt"), roles=("case_worker", "resident_registration")
        )
        case = records.case_by_id(visitors.town.objects["case_id"])
        mail.outbox.clear()
        protection.set_block(
            actor=actor_for(registration),
            case=case, kind="full", valid_until=clock.today() + timedelta(days=90), source="Meldebehörde", reason="",
        )  # fmt: skip
        letter = letters.letter(subject=case.pk)
        correspondence.Letter.objects.filter(pk=letter.pk).update(title="Brief an Frau Geheim")
        letter.refresh_from_db()
        correspondence.deliver(actor=SYSTEM, letter=letter)
        jobs.run_pending()
        yield records.case_by_id(case.pk)
        transaction.set_rollback(True)


@pytest.mark.parametrize("role", ASKED)
def test_no_page_names_the_person_to_anybody_outside(
    visitors: Visitors, blocked: records.Case, role: str
) -> None:
    rows = [row for row in PAGES if row.outcomes["GET"][role] not in REFUSED]
    searching = [row for row in rows if row.name in ("casework:search", "casework:tray ?liste=amt")]
    seen = look(visitors, role, rows)
    for query in QUERIES:
        found = look(visitors, role, searching, query)
        seen |= {f"{name} {query}": page for name, page in found.items()}
    told = {name: [word for word in OF_THIS_CASE if word in page] for name, page in seen.items()}
    assert {name: words for name, words in told.items() if words} == {}


def test_the_circle_is_shown_the_person(visitors: Visitors, blocked: records.Case) -> None:
    """So that the test above does not pass because nothing is there."""
    page = visitors.browser("head").get(reverse("casework:case", args=[blocked.pk])).content.decode()
    assert "Erika" in page and "Wolkenhund" in page


def test_the_print_room_gets_what_it_prints_and_it_is_noted(
    visitors: Visitors, blocked: records.Case
) -> None:
    person = visitors.town.people["mailroom"]
    assert person is not None
    actor = actor_for(person)
    item = correspondence.waiting_items(actor).get(letter__subject=blocked.pk)
    page = visitors.browser("mailroom").get(reverse("correspondence:print_room")).content.decode()
    assert item.letter.reference in page
    assert readings_of([blocked]) == []
    batch = correspondence.create_print_batch(actor=actor, item_ids=[item.pk])
    for times in (1, 2):
        answer: Any = visitors.browser("mailroom").get(
            reverse("correspondence:download_batch", args=[batch.pk])
        )
        cover, letter, *_ = [page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages[::2]]
        assert "Besonders geschützt" in cover
        assert [word for word in NAMES if word in cover] == []
        assert "Erika" in letter
        assert [found.page for found in readings_of([blocked])] == [PAGE] * times


def test_letters_of_other_cases_are_listed_with_name_and_leave_no_entry(visitors: Visitors) -> None:
    """One more letter waits in the town, of a case without protection."""
    page = visitors.browser("mailroom").get(reverse("correspondence:print_room")).content.decode()
    assert "Erika Muster" in page


def test_mails_do_not_name_the_person(blocked: records.Case) -> None:
    texts = [
        f"{message.subject}\n{message.body}" for message in mail.outbox if "erika@" not in str(message.to)
    ]
    assert [
        text for text in texts if "Erika" in text or "Lindenstraße" in text or blocked.title in text
    ] == []
