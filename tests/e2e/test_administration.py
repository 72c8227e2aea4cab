"""The administration in a browser: every page on both widths, one change by keyboard and without script."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from rathaus.engines.correspondence.public import LetterKind, grant_signing_authority
from rathaus.identity.public import SYSTEM, Post, Role, StandIn, UserAccount
from rathaus.kernel.public import audit, clock, jobs
from tests.factories import identity
from tests.factories.identity import Cast
from tests.factories.portal import install_service

from .conftest import DESKTOP, PHONE

pytestmark = pytest.mark.django_db(transaction=True)

PICTURES = os.environ.get("PICTURES", "")
ERROR = "Traceback (most recent call last)\n  …\nOSError: Der Mailserver mail.stadt.example antwortet nicht."


@pytest.fixture
def cast() -> Cast:
    people = identity.cast()
    identity.town()
    grant_signing_authority(
        actor=SYSTEM, unit=people.steueramt, post_role=Role.HEAD, kinds=[LetterKind.DECISION]
    )
    install_service()
    for number in range(3):
        moment = clock.now()
        jobs.Job.objects.create(
            task="rathaus.identity.tasks.send_account_mail", state=jobs.JobState.DEAD, attempts=8,
            enqueued_at=moment, run_after=moment, last_error=ERROR,
        )  # fmt: skip
        audit.append(
            actor=f"staff:{people.case_worker.pk}", action="records.case_opened",
            subject=f"records.case:0b6f3f8e-7a53-4b6b-9f6e-5d1f6f0c1a2{number}", details={"art": "hund-anmelden"},
        )  # fmt: skip
    audit.seal()
    return people


def pages() -> dict[str, str]:
    post = Post.objects.filter(unit__code="steueramt").order_by("pk")[0]
    addresses: tuple[tuple[str, tuple[object, ...]], ...] = (
        ("admin_start", ()),
        ("admin_units", ()),
        ("admin_unit", ("steueramt",)),
        ("admin_new_unit", ()),
        ("admin_edit_unit", ("steueramt",)),
        ("admin_new_post", ("steueramt",)),
        ("admin_edit_post", (post.code,)),
        ("admin_assign", (post.code,)),
        ("admin_end", (post.memberships.get().pk,)),
        ("admin_stand_ins", ()),
        ("admin_jobs", ()),
        ("admin_audit", ()),
        ("admin_services", ()),
        ("admin_service", ("hund-anmelden",)),
        ("admin_signing", ()),
        ("admin_grant_signing", ()),
    )
    return {name: reverse(f"casework:{name}", args=args) for name, args in addresses}


def sign_in(context: BrowserContext, person: UserAccount, address: str) -> Page:
    client = identity.sign_in(Client(), person)
    cookie = client.cookies[site.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    return context.new_page()


@pytest.mark.parametrize(("width", "size"), (("1280", DESKTOP), ("360", PHONE)))
def test_every_page_is_accessible_on_both_widths(
    cast: Cast,
    live_server: Any,
    new_context: Callable[..., BrowserContext],
    axe: Callable[[Page], None],
    no_sideways_scroll: Callable[[Page], None],
    width: str,
    size: dict[str, int],
) -> None:
    page = sign_in(new_context(viewport=size), cast.administrator, live_server.url)
    for name, address in pages().items():
        answer = page.goto(f"{live_server.url}{address}")
        assert answer is not None
        assert answer.status == 200, name
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
        axe(page)
        no_sideways_scroll(page)


def test_wrong_input_is_said_beside_the_field(
    cast: Cast, live_server: Any, new_context: Callable[..., BrowserContext], axe: Callable[[Page], None]
) -> None:
    page = sign_in(new_context(), cast.administrator, live_server.url)
    page.goto(f"{live_server.url}{pages()['admin_assign']}")
    page.get_by_label("E-Mail-Adresse des Nutzerkontos").fill("niemand@example.org")
    page.get_by_role("button", name="Stelle besetzen").click()
    expect(page.locator(".rh-error-summary")).to_be_focused()
    expect(page.locator("#id_email")).to_have_value("niemand@example.org")
    expect(page.locator("#id_email-error")).to_contain_text("kein Konto")
    axe(page)


def test_checking_the_log_and_repeating_a_job(
    cast: Cast, live_server: Any, new_context: Callable[..., BrowserContext], axe: Callable[[Page], None]
) -> None:
    page = sign_in(new_context(), cast.administrator, live_server.url)
    page.goto(f"{live_server.url}{pages()['admin_audit']}")
    page.get_by_role("button", name="Protokoll prüfen").click()
    expect(page.get_by_text("In Ordnung: nichts wurde geändert")).to_be_visible()
    axe(page)
    page.goto(f"{live_server.url}{pages()['admin_jobs']}")
    page.get_by_role("button", name="Wiederholen: ").first.click()
    expect(page.get_by_text("Der Job läuft noch einmal")).to_be_visible()
    expect(page.get_by_role("button", name="Wiederholen: ")).to_have_count(2)


def test_an_absence_by_keyboard_and_without_script(
    cast: Cast, live_server: Any, new_context: Callable[..., BrowserContext]
) -> None:
    page = sign_in(new_context(java_script_enabled=False), cast.colleague, live_server.url)
    page.goto(f"{live_server.url}{reverse('casework:admin_stand_ins')}")
    page.locator("#id_substitute").focus()
    page.keyboard.type("Steuer")
    page.locator("#id_note").focus()
    page.keyboard.type("Bitte die Mahnungen")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Sabine Steuer vertritt Karl Kollege")).to_be_visible()
    (row,) = StandIn.objects.filter(absent=cast.colleague)
    assert (row.substitute, row.note) == (cast.case_worker, "Bitte die Mahnungen")
