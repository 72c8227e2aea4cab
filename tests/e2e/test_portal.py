"""Registering a dog, from the service page to the receipt: desktop, phone, without JavaScript, by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from rathaus.engines.records.public import Case
from rathaus.identity.public import UserAccount
from tests.factories import identity, portal

pytestmark = pytest.mark.django_db(transaction=True)
Check = Callable[[Page], None]


@pytest.fixture
def erika() -> UserAccount:
    portal.set_life_situations()
    portal.install_service("hund-anmelden")
    return identity.account(
        "Erika", "Muster", email="erika@example.org", street="Aarstraße", house_number="12",
        postcode="65232", city="Taunusstein",
    )  # fmt: skip


@pytest.fixture
def sign_in(live_server: Any, erika: UserAccount) -> Callable[[Page], None]:
    def as_erika(page: Page) -> None:
        client = identity.sign_in(Client(), erika)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}]
        )

    return as_erika


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Speichern und weiter").click()


def in_group(page: Page, question: str, answer: str) -> Locator:
    return page.get_by_role("group", name=re.compile(question)).get_by_label(answer, exact=True)


def fill_keeper(page: Page) -> None:
    expect(page.get_by_label("Vorname")).to_have_value("Erika")
    page.get_by_label("Geburtsdatum").fill("17.5.1984")
    go_on(page)


def fill_dog(page: Page) -> None:
    page.get_by_label("Name des Hundes").fill("Bella")
    page.get_by_label("Rasse").select_option("labrador")
    page.get_by_label("Wurftag").fill("2.3.2024")
    page.get_by_label("In Ihrem Haushalt seit").fill("15.10.2025")
    page.get_by_label("Chipnummer").fill("276098100000001")
    in_group(page, "Trifft eines", "Nein").check()
    in_group(page, "gebissen", "Nein").check()
    page.wait_for_load_state("networkidle")
    go_on(page)


def walk(page: Page, look: Check) -> None:
    """From the service page to the receipt; ``look`` sees every page."""

    def at(heading: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        page.wait_for_load_state()
        look(page)

    at("Hunde anmelden")
    page.get_by_role("button", name="Online beginnen").click()
    at("Wer hält den Hund?")
    fill_keeper(page)
    at("Welche Hunde melden Sie an?")
    go_on(page)
    expect(page.locator("#error-summary")).to_be_visible()
    page.wait_for_load_state()
    look(page)
    fill_dog(page)
    at("Andere Hunde im Haushalt")
    go_on(page)
    at("Ermäßigung oder Befreiung")
    in_group(page, "Bürgergeld", "Nein").check()
    page.wait_for_load_state("networkidle")
    go_on(page)
    at("Wie möchten Sie die Steuer zahlen?")
    page.get_by_label("Überweisung").check()
    page.wait_for_load_state("networkidle")
    go_on(page)
    at("Erklärung")
    page.get_by_role("checkbox").check()
    go_on(page)
    at("Bitte prüfen Sie Ihre Angaben")
    page.get_by_role("button", name="Antrag absenden").click()
    at("Ihr Antrag ist eingegangen")
    expect(page.locator("#geschaeftszeichen")).to_have_text(Case.objects.get().case_reference)


def start(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/leistungen/hund-anmelden/")


def test_on_the_desktop(desktop: Page, live_server: Any, sign_in: Callable[[Page], None], axe: Check) -> None:
    sign_in(desktop)
    start(desktop, live_server)
    walk(desktop, axe)


def test_on_a_phone(
    phone: Page, live_server: Any, sign_in: Callable[[Page], None], axe: Check, no_sideways_scroll: Check
) -> None:
    def look(page: Page) -> None:
        no_sideways_scroll(page)
        axe(page)

    sign_in(phone)
    start(phone, live_server)
    walk(phone, look)


def test_without_javascript(
    without_javascript: Page, live_server: Any, sign_in: Callable[[Page], None]
) -> None:
    sign_in(without_javascript)
    start(without_javascript, live_server)
    walk(without_javascript, lambda page: None)


def reach(page: Page, wanted: Locator) -> None:
    """Press the tab key until the element has the focus."""
    expect(wanted).to_be_attached()
    for _ in range(80):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached by keyboard: {wanted}")


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    reach(page, wanted)
    page.keyboard.press(key)


def type_in(page: Page, label: str, text: str) -> None:
    reach(page, page.get_by_label(label))
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def test_by_keyboard_only(desktop: Page, live_server: Any, sign_in: Callable[[Page], None]) -> None:
    page = desktop
    sign_in(page)
    start(page, live_server)
    press(page, page.get_by_role("button", name="Online beginnen"))
    further = page.get_by_role("button", name="Speichern und weiter")
    type_in(page, "Geburtsdatum", "17.5.1984")
    press(page, further)
    expect(page.get_by_role("heading", level=1)).to_have_text("Welche Hunde melden Sie an?")
    press(page, further)
    expect(page.locator("#error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name des Hundes")).to_be_focused()
    page.keyboard.type("Bella")
    reach(page, page.get_by_label("Rasse"))
    page.keyboard.type("Labrador")
    page.wait_for_load_state("networkidle")
    type_in(page, "Wurftag", "2.3.2024")
    type_in(page, "In Ihrem Haushalt seit", "15.10.2025")
    type_in(page, "Chipnummer", "276098100000001")
    press(page, in_group(page, "Trifft eines", "Nein"), "Space")
    # From no answer the tab key reaches the first choice; the arrow leads to the second.
    reach(page, in_group(page, "gebissen", "Ja"))
    page.keyboard.press("ArrowRight")
    page.wait_for_load_state("networkidle")
    press(page, further)
    expect(page.get_by_role("heading", level=1)).to_have_text("Andere Hunde im Haushalt")
    press(page, further)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ermäßigung oder Befreiung")
    reach(page, in_group(page, "Bürgergeld", "Ja"))
    page.keyboard.press("ArrowRight")
    page.wait_for_load_state("networkidle")
    press(page, further)
    expect(page.get_by_role("heading", level=1)).to_have_text("Wie möchten Sie die Steuer zahlen?")
    reach(page, page.get_by_label(re.compile("Abbuchung")))
    page.keyboard.press("ArrowDown")
    page.wait_for_load_state("networkidle")
    press(page, further)
    press(page, page.get_by_role("checkbox"), "Space")
    press(page, further)
    press(page, page.get_by_role("button", name="Antrag absenden"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihr Antrag ist eingegangen")
    assert Case.objects.count() == 1


PUBLIC = (
    "/", "/suche/?q=hund", "/suche/?q=xyzzy", "/lebenslagen/haustiere/", "/leistungen/", "/aemter/",
    "/impressum/", "/datenschutz/", "/barrierefreiheit/",
)  # fmt: skip
OWN = ("/konto/", "/konto/dokumente/", "/konto/postfach/")


def test_every_page_is_accessible(
    desktop: Page,
    phone: Page,
    live_server: Any,
    sign_in: Callable[[Page], None],
    axe: Check,
    no_sideways_scroll: Check,
) -> None:
    for page in (desktop, phone):
        sign_in(page)
        for path in (*PUBLIC, *OWN):
            page.goto(live_server.url + path)
            no_sideways_scroll(page)
            axe(page)


def test_the_account_after_applying(
    desktop: Page, live_server: Any, sign_in: Callable[[Page], None], axe: Check
) -> None:
    page = desktop
    sign_in(page)
    start(page, live_server)
    walk(page, lambda page: None)
    page.get_by_role("link", name="Ansehen, wo er steht").click()
    expect(page.get_by_text("Jetzt bei: Steueramt")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Antrag zurücknehmen").click()
    axe(page)
    page.get_by_role("link", name="Weiterlaufen lassen").click()
    page.goto(f"{live_server.url}/konto/")
    expect(page.get_by_text("Ihr Antrag liegt seit heute bei dieser Stelle")).to_be_visible()
    axe(page)


def test_a_refresh_keeps_what_is_typed_meanwhile(
    desktop: Page, live_server: Any, sign_in: Callable[[Page], None]
) -> None:
    page = desktop
    sign_in(page)
    start(page, live_server)
    page.get_by_role("button", name="Online beginnen").click()
    fill_keeper(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Welche Hunde melden Sie an?")
    page.wait_for_load_state("networkidle")
    answers: list[Any] = []
    page.route("**/ihre_hunde/", lambda route: answers.append(route) if not answers else route.continue_())
    page.get_by_label("Rasse").select_option(
        "mischling"
    )  # asks for other questions; the answer takes its time
    page.get_by_label("Name des Hundes").fill("Bella")
    assert len(answers) == 1
    answers[0].continue_()
    expect(page.get_by_label("Ist eine dieser Rassen beteiligt?")).to_be_visible()
    expect(page.get_by_label("Name des Hundes")).to_have_value("Bella")
