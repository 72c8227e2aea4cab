"""The desk by keyboard, and the picture of a process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(live_server: Any, settings: Any, desktop: Page) -> Page:
    settings.ROOT_URLCONF = "tests.ui.urls"
    desktop.goto(f"{live_server.url}/schreibtisch/")
    return desktop


def test_j_and_k_move_and_enter_opens(desk: Page) -> None:
    for key in ("j", "j", "j", "j", "k"):
        desk.keyboard.press(key)
    expect(desk.locator(".rh-selected")).to_contain_text("Hund Rex")
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(desk.url.split("/schreibtisch")[0] + "/bauteile/portal/?Hund%20Rex")


def test_x_marks_the_chosen_row(desk: Page) -> None:
    desk.keyboard.press("j")
    desk.keyboard.press("x")
    expect(desk.locator(".rh-list__row input:checked")).to_have_count(1)


def test_a_letter_in_a_field_stays_a_letter(desk: Page) -> None:
    desk.keyboard.press("/")
    expect(desk.locator("[data-search]")).to_be_focused()
    desk.keyboard.type("jk/?x")
    expect(desk.locator("[data-search]")).to_have_value("jk/?x")
    expect(desk.locator(".rh-selected")).to_have_count(0)


def test_the_sheet_of_keys_opens_and_keys_can_be_switched_off(desk: Page) -> None:
    desk.keyboard.press("?")
    expect(desk.get_by_text("nächster Vorgang")).to_be_visible()
    desk.get_by_label("Einzelne Tasten ausschalten").check()
    desk.keyboard.press("Escape")
    desk.locator("h1").click()
    desk.keyboard.press("j")
    expect(desk.locator(".rh-selected")).to_have_count(0)


def test_the_process_picture_marks_what_is_done_and_where_it_stands(
    desk: Page, axe: Callable[[Page], None]
) -> None:
    expect(desk.locator("[data-process-viewer][data-ready]")).to_be_visible()
    expect(desk.locator("[data-element-id=eingang].rh-done")).to_have_count(1)
    expect(desk.locator("[data-element-id=pruefung].rh-active")).to_have_count(1)
    axe(desk)
