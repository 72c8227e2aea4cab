"""Every component on one page, in both layouts, on both widths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def component_page(live_server: Any, settings: Any) -> Callable[[str], str]:
    settings.ROOT_URLCONF = "tests.ui.urls"
    return lambda base: f"{live_server.url}/bauteile/{base}/"


@pytest.mark.parametrize("base", ["portal", "desk"])
def test_desktop_is_accessible(
    base: str, component_page: Callable[[str], str], desktop: Page, axe: Callable[[Page], None]
) -> None:
    desktop.goto(component_page(base))
    axe(desktop)


@pytest.mark.parametrize("base", ["portal", "desk"])
@pytest.mark.parametrize("width", [320, 360])
def test_phone_is_accessible_and_not_too_wide(
    base: str,
    width: int,
    component_page: Callable[[str], str],
    phone: Page,
    axe: Callable[[Page], None],
    no_sideways_scroll: Callable[[Page], None],
) -> None:
    phone.set_viewport_size({"width": width, "height": 700})
    phone.goto(component_page(base))
    no_sideways_scroll(phone)
    axe(phone)


def test_the_error_summary_has_the_focus_and_leads_to_the_field(
    component_page: Callable[[str], str], desktop: Page
) -> None:
    desktop.goto(component_page("portal"))
    expect(desktop.locator("#error-summary")).to_be_focused()
    desktop.get_by_role("link", name="Bitte geben Sie Ihren Namen an.").click()
    expect(desktop.locator("#id_name")).to_be_focused()


def test_the_dialog_opens_without_javascript(
    component_page: Callable[[str], str], without_javascript: Page
) -> None:
    without_javascript.goto(component_page("portal"))
    without_javascript.get_by_role("button", name="Hilfe").click()
    expect(without_javascript.get_by_text("Ein Text im Dialog.")).to_be_visible()


def test_the_copy_button_is_hidden_without_javascript(
    component_page: Callable[[str], str], without_javascript: Page
) -> None:
    without_javascript.goto(component_page("portal"))
    expect(without_javascript.locator("[data-copy]")).to_be_hidden()


def test_the_language_can_be_switched_without_javascript(
    component_page: Callable[[str], str], without_javascript: Page
) -> None:
    without_javascript.goto(component_page("portal"))
    without_javascript.get_by_role("button", name="EN", exact=True).click()
    expect(without_javascript.locator("html")).to_have_attribute("lang", "en")
