"""The main job as people do it: sign up, find, apply, be asked, answer, decide, read the decision."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pypdf import PdfReader

from rathaus.casework.examples.files import sample
from rathaus.identity.public import OrganizationalUnit
from tests.e2e.conftest import PHONE
from tests.factories import identity, portal
from tests.factories.blueprints import install

pytestmark = pytest.mark.django_db(transaction=True)

Look = Callable[[Page], None]
CITIZEN = "nora.neu@example.org"
CLERK = "sabine.steuer@stadt.example"
QUESTION = "Welche Farbe hat Bella?"
SOON = 20_000
"""Milliseconds for what a job does beside the server."""


@dataclass(frozen=True)
class Journey:
    """Two browsers, the citizen's and the clerk's; ``look`` sees every page."""

    server: str
    citizen: Page
    clerk: Page
    look: Look

    def at(self, page: Page, heading: str | re.Pattern[str]) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        page.wait_for_load_state("networkidle")
        self.look(page)

    def go(self, page: Page, path: str) -> None:
        page.goto(f"{self.server}{path}")


@pytest.fixture
def town(live_server: Any, settings: Any) -> None:
    """A town with the service "register a dog" and a case worker for it."""
    settings.RATHAUS_PUBLIC_URL = live_server.url  # links in messages lead there
    identity.town(name="Musterstadt")
    install("hund-anmelden")
    portal.set_life_situations()
    unit = OrganizationalUnit.objects.get(code="steueramt")
    identity.employee(unit, "Sabine", "Steuer", email=CLERK, password=identity.PASSWORD)


def test_with_javascript_on_the_desktop(
    town: None, live_server: Any, worker: None, new_context: Callable[..., BrowserContext], axe: Look
) -> None:
    def look(page: Page) -> None:
        page.evaluate("document.querySelectorAll('iframe').forEach((frame) => frame.remove())")
        axe(page)

    citizen, clerk = new_context().new_page(), new_context().new_page()
    walk(Journey(live_server.url, citizen, clerk, look))


def test_without_javascript_on_a_phone(
    town: None, live_server: Any, worker: None, new_context: Callable[..., BrowserContext]
) -> None:
    options = {"java_script_enabled": False, "viewport": PHONE, "has_touch": True}
    citizen, clerk = new_context(**options).new_page(), new_context(**options).new_page()
    walk(Journey(live_server.url, citizen, clerk, lambda page: None))


def walk(journey: Journey) -> None:
    sign_up(journey)
    find_the_service(journey)
    reference = apply(journey)
    take_the_case(journey, reference)
    ask(journey)
    answer(journey)
    decide(journey)
    read_the_decision(journey)


def sign_up(journey: Journey) -> None:
    page = journey.citizen
    journey.go(page, "/")
    journey.at(page, "Was möchten Sie erledigen?")
    journey.go(page, "/zugang/signup/")
    journey.at(page, "Nutzerkonto anlegen")
    page.get_by_label("Vorname").fill("Nora")
    page.get_by_label("Nachname").fill("Neu")
    page.get_by_label("E-Mail").fill(CITIZEN)
    page.get_by_label("Passwort", exact=True).fill(identity.PASSWORD)
    page.get_by_label("Passwort (noch einmal)").fill(identity.PASSWORD)
    page.get_by_role("button", name="Nutzerkonto anlegen").click()
    journey.at(page, re.compile("Postfach|E-Mail"))
    page.goto(confirmation_link())
    journey.at(page, "E-Mail-Adresse bestätigen")
    page.get_by_role("button", name="Ja, Adresse bestätigen").click()
    sign_in(journey, page, CITIZEN)


def confirmation_link() -> str:
    """The link in the first message, which a job may send in a moment."""
    deadline = time.monotonic() + SOON / 1000
    while not mail.outbox and time.monotonic() < deadline:
        time.sleep(0.1)
    (message,) = mail.outbox
    assert message.to == [CITIZEN]
    found = re.search(r"https?://\S+/confirm-email/\S+", message.body)
    assert found is not None, message.body
    return found[0]


def sign_in(journey: Journey, page: Page, email: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmelden")
    journey.at(page, "Anmelden")
    page.get_by_label("E-Mail").fill(email)
    page.get_by_label("Passwort", exact=True).fill(identity.PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()


def find_the_service(journey: Journey) -> None:
    page = journey.citizen
    journey.go(page, "/")
    page.locator("#suche-gross").fill("hunt anmeldne")
    page.locator("#suche-gross").press("Enter")
    journey.at(page, "Leistungen suchen")
    page.get_by_role("main").get_by_role("link", name="Hunde anmelden").click()
    journey.at(page, "Hunde anmelden")
    page.get_by_role("button", name="Online beginnen").click()


def go_on(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Speichern und weiter").click()


def in_group(page: Page, question: str, answer: str) -> Locator:
    return page.get_by_role("group", name=re.compile(question)).get_by_label(answer, exact=True)


def apply(journey: Journey) -> str:
    """Page by page, with a file; return the reference of the receipt."""
    page = journey.citizen
    fill_keeper_and_dog(journey)
    journey.at(page, "Andere Hunde im Haushalt")
    go_on(page)
    journey.at(page, "Ermäßigung oder Befreiung")
    in_group(page, "Bürgergeld", "Ja").check()
    attach(page)
    go_on(page)
    journey.at(page, "Wie möchten Sie die Steuer zahlen?")
    page.get_by_label("Überweisung").check()
    go_on(page)
    journey.at(page, "Erklärung")
    page.get_by_role("checkbox").check()
    go_on(page)
    journey.at(page, "Bitte prüfen Sie Ihre Angaben")
    expect(page.get_by_role("main")).to_contain_text("bescheid.pdf")
    page.get_by_role("button", name="Antrag absenden").click()
    journey.at(page, "Ihr Antrag ist eingegangen")
    return page.locator("#geschaeftszeichen").inner_text()


def fill_keeper_and_dog(journey: Journey) -> None:
    page = journey.citizen
    journey.at(page, "Wer hält den Hund?")
    expect(page.get_by_label("Vorname")).to_have_value("Nora")
    page.get_by_label("Geburtsdatum").fill("17.5.1984")
    page.get_by_label("Straße").fill("Aarstraße")
    page.get_by_label("Hausnummer").fill("12")
    page.get_by_label("Postleitzahl").fill("65232")
    page.get_by_label("Ort", exact=True).fill("Taunusstein")
    go_on(page)
    journey.at(page, "Welche Hunde melden Sie an?")
    page.get_by_label("Name des Hundes").fill("Bella")
    page.get_by_label("Rasse").select_option("labrador")
    page.get_by_label("Wurftag").fill("2.3.2024")
    page.get_by_label("In Ihrem Haushalt seit").fill("15.10.2025")
    page.get_by_label("Chipnummer").fill("276098100000001")
    in_group(page, "Trifft eines", "Nein").check()
    in_group(page, "gebissen", "Nein").check()
    go_on(page)


def attach(page: Page) -> None:
    """Choose a file, as soon as the page asks for one: without JavaScript after it was sent once."""
    files = page.get_by_label("Nachweise")
    refresh = page.get_by_role("button", name=re.compile("aktualisieren|weitere Fragen", re.IGNORECASE))
    page.wait_for_load_state("networkidle")
    if not files.is_visible() and refresh.count():
        refresh.first.click()
    expect(files).to_be_visible()
    files.set_input_files({"name": "bescheid.pdf", "mimeType": "application/pdf", "buffer": sample("pdf")})


def take_the_case(journey: Journey, reference: str) -> None:
    page = journey.clerk
    journey.go(page, "/amt/")
    sign_in(journey, page, CLERK)
    journey.at(page, "Postkorb")
    row = page.get_by_role("listitem").filter(has_text=reference)
    row.get_by_role("link", name=re.compile("Bella")).click()
    journey.at(page, re.compile("Bella"))
    expect(page.get_by_role("main")).to_contain_text("Steuer prüfen und festsetzen")
    page.get_by_role("button", name="Vorgang übernehmen").click()


def ask(journey: Journey) -> None:
    page = journey.clerk
    page.get_by_role("link", name="Rückfrage stellen").click()
    journey.at(page, re.compile("Bella"))
    page.get_by_label("Ihre Frage").fill(QUESTION)
    page.get_by_role("button", name="Frage senden").click()
    journey.at(page, re.compile("Bella"))


def answer(journey: Journey) -> None:
    page = journey.citizen
    journey.go(page, "/konto/")
    journey.at(page, re.compile("Nora"))
    page.get_by_role("main").get_by_role("link", name=re.compile("Bella")).first.click()
    journey.at(page, re.compile("Bella"))
    expect(page.get_by_role("main")).to_contain_text(QUESTION)
    page.get_by_label("Ihre Antwort").fill("Hellbraun.")
    page.get_by_role("button", name="Antwort senden").click()
    expect(page.get_by_role("main")).to_contain_text("Ihre Antwort ist angekommen")
    journey.at(page, re.compile("Bella"))


def decide(journey: Journey) -> None:
    page = journey.clerk
    page.reload()
    expect(page.get_by_role("complementary").last).to_contain_text("Hellbraun.")
    page.get_by_role("button", name="Wie angemeldet festsetzen").click()
    preview = page.locator("iframe.rh-preview").get_attribute("src")
    pdf = page.request.get(f"{journey.server}{preview}")
    assert (pdf.status, pdf.headers["content-type"]) == (200, "application/pdf")
    assert "Bella" in text_of(pdf.body())
    journey.at(page, re.compile("Bella"))
    page.get_by_role("button", name="Entscheiden").click()
    page.get_by_label("Nummer der Steuermarke").fill("T-00117")
    journey.at(page, re.compile("Bella"))
    page.get_by_role("button", name="Erledigt").click()
    journey.at(page, re.compile("Bella"))


def read_the_decision(journey: Journey) -> None:
    page = journey.citizen
    title = re.compile("Hundesteuerbescheid")
    deadline = time.monotonic() + SOON / 1000
    journey.go(page, "/konto/postfach/")
    while not page.get_by_role("link", name=title).count() and time.monotonic() < deadline:
        page.reload()
    journey.at(page, "Postfach")
    page.get_by_role("link", name=title).first.click()
    journey.at(page, title)
    expect(page.get_by_role("article")).to_contain_text("T-00117")
    address = page.get_by_role("link", name="Als PDF öffnen").get_attribute("href")
    pdf = page.request.get(f"{journey.server}{address}")
    assert (pdf.status, pdf.headers["content-type"]) == (200, "application/pdf")
    assert "T-00117" in text_of(pdf.body())


def text_of(pdf: bytes) -> str:
    return "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(pdf)).pages)
