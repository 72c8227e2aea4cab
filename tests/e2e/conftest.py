"""A real browser against a real server: Chromium, the live server on a database file, a worker beside it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# What a page that answers 4xx logs, and what htmx logs of a refresh that a newer one, or leaving the page, cut off.
# A refresh that fails logs htmx:sendError or htmx:responseError besides.
NO_FAULTS = ("Failed to load resource", "htmx:sendAbort", "htmx:afterRequest")

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's own loop runs in the thread of the test


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium fehlt: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Open contexts (German, Berlin) whose pages fail the test on script errors and refused contents."""
    opened: list[BrowserContext] = []
    faults: list[str] = []

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda message: faults.extend(_faults_of(page, message)))

    def open_context(**options: Any) -> BrowserContext:
        context = browser.new_context(
            **{"locale": "de-DE", "timezone_id": "Europe/Berlin", "viewport": DESKTOP, **options}
        )
        context.set_default_timeout(10_000)
        context.on("page", watch)
        opened.append(context)
        return context

    yield open_context
    for context in opened:
        context.close()
    assert faults == []


def _faults_of(page: Page, message: ConsoleMessage) -> list[str]:
    is_fault = message.type == "error" and not message.text.startswith(NO_FAULTS)
    return [f"{page.url}: {message.text}"] if is_fault else []


@pytest.fixture
def desktop(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context().new_page()


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context(viewport=PHONE, has_touch=True, device_scale_factor=2).new_page()


@pytest.fixture
def without_javascript(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context(java_script_enabled=False).new_page()


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Check a page; the message names each rule and where it is broken."""

    def check(page: Page) -> None:
        violations = Axe().run(page, options=AXE_OPTIONS).response["violations"]
        assert [_readable(found) for found in violations] == []

    return check


def _readable(violation: dict[str, Any]) -> str:
    nodes = "\n  ".join(
        f"{node['target']} {node['html'][:160]} {node.get('failureSummary', '')}"
        for node in violation["nodes"][:5]
    )
    return f"{violation['id']}: {violation['help']}\n  {nodes}"


@pytest.fixture
def no_sideways_scroll() -> Callable[[Page], None]:
    """Check that nothing is wider than the window."""

    def check(page: Page) -> None:
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{page.url}: {overflow} px zu breit"

    return check


@pytest.fixture
def worker(live_server: Any) -> Iterator[None]:
    """Run jobs beside the server, as `rathaus worker` does."""
    from django.db import connection

    from rathaus.kernel.public import jobs

    stop = threading.Event()

    def work() -> None:
        try:
            while not stop.wait(0.05):
                jobs.run_pending()
        finally:
            connection.close()

    thread = threading.Thread(target=work, name="worker", daemon=True)
    thread.start()
    yield
    stop.set()
    thread.join(timeout=30)
