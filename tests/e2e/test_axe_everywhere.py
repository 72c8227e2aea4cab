"""Every page of the table of rights and every page of every form: axe finds nothing, on both widths."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page

from rathaus.engines.forms import public as forms
from rathaus.identity.public import actor_for
from rathaus.intake import public as intake
from tests.architecture.rights import Row, Visitors, table
from tests.e2e.conftest import DESKTOP, PHONE
from tests.factories import identity, town_hall
from tests.factories.blueprints import SLUGS, bundle, example_data, install

pytestmark = pytest.mark.django_db(transaction=True)

Check = Callable[[Page], None]
FILES = {
    "ui:town_stylesheet",
    "ui:healthz",
    "operations:readyz",
    "portal:draft_file",
    "portal:receipt_pdf",
    "citizen:download",
    "casework:document",
    "casework:process_xml",
    "casework:letter_pdf",
    "casework:task_letter",
    "correspondence:download_batch",
    "identity:my_data_file",
    "casework:disposal_record",
    "casework:transfer_package",
}
"""What the table allows and no browser shows as a page of ours."""


def pages() -> Iterator[tuple[str, Row]]:
    """Every page with the role that looks at it: the administrator at theirs, else the first that may."""
    for row in table().values():
        allowed = [role for role, outcome in row.outcomes["GET"].items() if outcome == "ok"]
        is_administration = row.address.startswith("casework:admin_")
        role = (
            "administrator" if is_administration and "administrator" in allowed else next(iter(allowed), None)
        )
        if role is not None and row.address not in FILES and not row.address.startswith("api:"):
            yield role, row


@pytest.fixture
def visitors(live_server: Any) -> Visitors:
    return Visitors(town_hall.build())


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page(
    size: dict[str, int],
    visitors: Visitors,
    live_server: Any,
    new_context: Callable[..., BrowserContext],
    axe: Check,
    no_sideways_scroll: Check,
) -> None:
    browsers: dict[str, Page] = {}
    found: dict[str, str] = {}
    for role, row in pages():
        if role not in browsers:
            browsers[role] = _browser(visitors, role, new_context(viewport=size), live_server.url)
        url = f"{live_server.url}{row.url({**visitors.town.known(row.address, role), **row.fixed})}"
        found |= _look(browsers[role], url, row.name, (no_sideways_scroll, axe))
    assert found == {}


def _browser(visitors: Visitors, role: str, context: BrowserContext, server: str) -> Page:
    for name, morsel in visitors.browser(role).cookies.items():
        context.add_cookies([{"name": name, "value": morsel.value, "url": server}])
    return context.new_page()


def _look(page: Page, url: str, name: str, checks: tuple[Check, ...]) -> Mapping[str, str]:
    """What is wrong with a page, by its name."""
    shown = page.goto(url)
    assert shown is not None and shown.status == 200, f"{name}: {shown and shown.status}"
    page.evaluate(
        "document.querySelectorAll('iframe').forEach((frame) => frame.remove())"
    )  # the browser's PDF viewer
    return _checked(page, name, checks)


def _checked(page: Page, name: str, checks: tuple[Check, ...]) -> Mapping[str, str]:
    try:
        for check in checks:
            check(page)
    except AssertionError as error:
        return {name: str(error)}
    return {}


@pytest.mark.parametrize("slug", SLUGS)
def test_every_page_of_the_form(
    slug: str,
    live_server: Any,
    new_context: Callable[..., BrowserContext],
    axe: Check,
    no_sideways_scroll: Check,
) -> None:
    """Filled in as in the first example, and empty with all its errors."""
    install(slug)
    person = identity.account("Erika", "Muster", email="erika@example.org")
    cookies = identity.sign_in(Client(), person).cookies
    actor, plan = actor_for(person), intake.plan_for(slug)
    example = next(name for name, known in bundle(slug).examples.items() if not known.refused)
    found: dict[str, str] = {}
    for size in (DESKTOP, PHONE):
        context = new_context(viewport=size)
        session = cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        page = context.new_page()
        for data in (example_data(slug, example, actor), {}):
            draft = forms.start_draft(
                actor=actor, form_version=plan.version.form_version, purpose=slug, data=data
            ).draft
            base = f"{live_server.url}/leistungen/{slug}/antrag/{draft.pk}"
            for shown in plan.form.visible_pages(data):
                name = f"{shown.id} {'filled' if data else 'empty'} {size['width']}"
                found |= _look(page, f"{base}/{shown.id}/", name, (no_sideways_scroll, axe))
                if not data:
                    with page.expect_navigation():
                        page.get_by_role("button", name="Speichern und weiter").click()
                    found |= _checked(page, f"{name} sent", (no_sideways_scroll, axe))
            found |= _look(
                page, f"{base}/angaben-pruefen/", f"summary {size['width']}", (no_sideways_scroll, axe)
            )
    assert found == {}
