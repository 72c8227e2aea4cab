"""A clerk at work in a real browser: from the in-tray to the decision in the citizen's inbox."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from rathaus.engines.correspondence import public as correspondence
from rathaus.intake import public as intake
from tests.casework.conftest import Desk, build_desk, settle
from tests.e2e.desk import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
NewContext = Callable[..., BrowserContext]


@pytest.fixture
def desk(live_server: Any) -> Desk:
    return build_desk()


def page_of(new_context: NewContext, live_server: Any, person: Any, **options: Any) -> Page:
    context = new_context(**options)
    sign_in(context, live_server, person)
    return context.new_page()


def decide(page: Page, outcome: str) -> None:
    """Choose how the task ends, look at the letter, decide."""
    page.get_by_role("button", name=outcome).click()
    frame = page.locator("iframe[title='Vorschau des Briefs']")
    expect(frame).to_be_visible()
    source = frame.get_attribute("src") or ""
    pdf = page.request.get(page.url.split("/amt/")[0] + source.split("#")[0])
    assert (pdf.status, pdf.headers["content-type"], pdf.body()[:5]) == (200, "application/pdf", b"%PDF-")
    page.get_by_role("button", name="Entscheiden", exact=True).click()


def inbox_titles(desk: Desk) -> list[str]:
    return [message.title for message in correspondence.inbox_of(desk.cast.actor("citizen"))]


def test_from_the_tray_to_the_inbox(desk: Desk, live_server: Any, new_context: NewContext) -> None:
    case_id = desk.open_case()
    page = page_of(new_context, live_server, desk.cast.case_worker)
    page.goto(f"{live_server.url}/amt/")
    page.get_by_role("link", name="Muster, Erika: Bella").click()
    page.get_by_role("button", name="Vorgang übernehmen").click()
    expect(page.get_by_text("Der Vorgang liegt jetzt bei Ihnen.")).to_be_visible()

    page.get_by_role("link", name="Rückfrage stellen").click()
    page.get_by_label("Ihre Frage").fill("Seit wann lebt Bella bei Ihnen?")
    page.get_by_role("button", name="Frage senden").click()
    expect(page.get_by_text("wartet auf die Antwort").first).to_be_visible()
    settle()
    answer(desk, live_server, new_context, case_id)

    page.goto(f"{live_server.url}/amt/vorgaenge/{case_id}/")
    expect(page.get_by_text("Seit dem 15. Oktober.").first).to_be_visible()
    page.get_by_label("Begründung").fill("Es gibt diesen Hund nicht.")
    decide(page, "Anmeldung ablehnen")
    expect(page.get_by_text("Erledigt: Steuer prüfen und festsetzen")).to_be_visible()
    settle()
    assert [letter.key for letter in correspondence.letters_of(case_id)] == ["ablehnung"]

    citizen = page_of(new_context, live_server, desk.cast.citizen)
    citizen.goto(f"{live_server.url}/konto/postfach/")
    title = correspondence.letters_of(case_id)[0].title
    assert title in inbox_titles(desk)
    citizen.get_by_role("link", name=re.compile(re.escape(title))).first.click()
    expect(citizen.get_by_text("Es gibt diesen Hund nicht.").first).to_be_visible()


def answer(desk: Desk, live_server: Any, new_context: NewContext, case_id: UUID) -> None:
    """The citizen answers in the portal."""
    citizen = page_of(new_context, live_server, desk.cast.citizen)
    citizen.goto(f"{live_server.url}/konto/vorgaenge/{case_id}/")
    expect(citizen.get_by_text("Seit wann lebt Bella bei Ihnen?").first).to_be_visible()
    citizen.get_by_label("Ihre Antwort").fill("Seit dem 15. Oktober.")
    citizen.get_by_role("button", name=re.compile("Antwort senden|Antworten")).click()
    citizen.wait_for_load_state()
    (inquiry,) = intake.inquiries_of(case_id)
    assert inquiry.answer == "Seit dem 15. Oktober."


def test_by_keyboard_alone(desk: Desk, live_server: Any, new_context: NewContext) -> None:
    case_id = desk.open_case()
    page = page_of(new_context, live_server, desk.cast.case_worker)
    page.goto(f"{live_server.url}/amt/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(str(case_id)))
    reason = page.get_by_label("Begründung")
    for _ in range(60):
        if reason.evaluate("field => field === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(reason).to_be_focused()
    page.keyboard.type("Kein Hund")
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Anmeldung ablehnen")).to_be_focused()
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Entscheiden", exact=True)
    expect(button).to_be_visible()
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Erledigt: Steuer prüfen und festsetzen")).to_be_visible()


def test_marking_and_the_help_sheet(desk: Desk, live_server: Any, new_context: NewContext) -> None:
    desk.open_case()
    page = page_of(new_context, live_server, desk.cast.case_worker)
    page.goto(f"{live_server.url}/amt/")
    page.keyboard.press("?")
    expect(page.get_by_text("Nächste und vorige Zeile")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.get_by_role("button", name="Markierte Aufgaben zuteilen").click()
    page.get_by_label("An wen").select_option(label="Karl Kollege")
    page.get_by_role("button", name="Zuteilen").click()
    expect(page.get_by_text("bei Karl Kollege").first).to_be_visible()
    page.get_by_role("button", name="Rückgängig machen").click()
    expect(page.get_by_text("1 Aufgabe ist wie vorher.")).to_be_visible()


def test_without_javascript(desk: Desk, live_server: Any, new_context: NewContext) -> None:
    case_id = desk.open_case()
    page = page_of(new_context, live_server, desk.cast.case_worker, java_script_enabled=False)
    page.goto(f"{live_server.url}/amt/vorgaenge/{case_id}/")
    page.get_by_role("button", name="Anmeldung ablehnen").click()
    expect(page.get_by_text("Begründen Sie „Anmeldung ablehnen“.").first).to_be_visible()
    page.get_by_label("Begründung").fill("Kein Hund")
    decide(page, "Anmeldung ablehnen")
    expect(page.get_by_text("Erledigt: Steuer prüfen und festsetzen")).to_be_visible()
    page.goto(f"{live_server.url}/amt/vorgaenge/{case_id}/ablauf/")
    expect(page.get_by_role("heading", name="Schritte")).to_be_visible()


def test_the_process_picture_is_drawn(desk: Desk, live_server: Any, new_context: NewContext) -> None:
    case_id = desk.open_case()
    page = page_of(new_context, live_server, desk.cast.case_worker)
    page.goto(f"{live_server.url}/amt/vorgaenge/{case_id}/ablauf/")
    expect(page.locator("[data-process-viewer][data-ready]")).to_be_visible()
    expect(page.locator(".rh-active[data-element-id='pruefung']")).to_have_count(1)
