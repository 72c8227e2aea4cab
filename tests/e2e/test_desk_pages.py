"""Every page of the desk: accessible on both widths, nothing wider than the window."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page

from rathaus.engines.records import public as records
from rathaus.intake import public as intake
from rathaus.kernel.public import clock
from tests.casework.conftest import Desk, build_desk
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.desk import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("TEST_PICTURES", "")


@pytest.fixture
def desk(live_server: Any) -> Desk:
    return build_desk()


def busy_case(desk: Desk) -> UUID:
    """A case in which everything has happened that its pages can show."""
    case_id = desk.open_case(example="assistenzhund-befreit")
    worker = desk.cast.actor("case_worker")
    case = desk.case(case_id)
    records.add_note(actor=worker, case=case, text="Telefonat: Ausweis wird nachgereicht.")
    records.schedule_follow_up(
        actor=worker, case=case, due_on=clock.today(), text="Ausweis da?", account=desk.cast.case_worker
    )
    client = desk.client("case_worker")
    base = f"/amt/vorgaenge/{case_id}/"
    client.post(
        f"{base}mitzeichnung/", {"signer": f"unit:{desk.cast.fachbereich.pk}", "text": "Bitte ansehen"}
    )
    due_on = clock.today()
    intake.ask_applicant(actor=worker, case_id=case_id, text="Seit wann haben Sie Bella?", due_on=due_on)
    intake.reply_to_office(actor=desk.cast.actor("citizen"), case_id=case_id, text="Seit Oktober.")
    task = desk.task(case_id)
    client.post(f"{base}aufgaben/{task.pk}/", {"ergebnis": "festsetzen", "begruendung": "Alles belegt."})
    return case_id


def pages_of(desk: Desk) -> list[str]:
    case_id = busy_case(desk)
    for _ in range(3):
        desk.open_case()
    base = f"/amt/vorgaenge/{case_id}/"
    client = desk.client("case_worker")
    entry = client.post("/amt/antrag/hund-anmelden/", {"channel": "counter"})["Location"]
    return [
        "/amt/",
        "/amt/?liste=wiedervorlage&text=x",
        "/amt/?liste=mitzeichnung",
        base,
        f"{base}unterlagen/",
        f"{base}verlauf/",
        f"{base}ablauf/",
        f"{base}aufgaben/{desk.task(case_id).pk}/entscheiden/",
        f"{base}schreiben/",
        f"{base}rueckfrage/",
        f"{base}mitzeichnung/",
        f"{base}weitergeben/",
        f"{base}hochladen/",
        "/amt/suche/?q=bella",
        "/amt/antrag/",
        "/amt/antrag/hund-anmelden/",
        f"{entry}halterin/",
        f"{entry}angaben-pruefen/",
    ]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_are_accessible(
    size: dict[str, int],
    desk: Desk,
    live_server: Any,
    new_context: Callable[..., BrowserContext],
    axe: Callable[[Page], None],
    no_sideways_scroll: Callable[[Page], None],
) -> None:
    context = new_context(viewport=size)
    sign_in(context, live_server, desk.cast.case_worker)
    page = context.new_page()
    for number, address in enumerate(pages_of(desk)):
        answer = page.goto(f"{live_server.url}{address}")
        assert answer is not None and answer.status == 200, address
        if PICTURES:
            page.wait_for_timeout(400)
            page.screenshot(path=Path(PICTURES) / f"{size['width']}-{number:02}.png", full_page=True)
        no_sideways_scroll(page)
        if "entscheiden" not in address and "unterlagen" not in address:
            axe(page)
            continue
        # The browser's own PDF viewer is not ours to check.
        page.evaluate("document.querySelectorAll('iframe').forEach((frame) => frame.remove())")
        axe(page)
