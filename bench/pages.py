"""What a page costs: ``pages.py [--short] [--profile]``.

Each page is asked for through the whole stack of middleware, as a browser would, on a town with cases. The floor is a
bare Django view that renders one line by a template, without middleware, database or session.
"""

# ruff: noqa: PLC0415 -- Django must be set up, on a fresh folder, before anything of it can be imported

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from harness import SHORT, cost_of, profile, reads_and_writes, report, scratch_town, statements_of

COUNT = 60 if SHORT else 300
CASES = 30 if SHORT else 300
CITIZEN, CLERK = "erika.muster@example.org", "oliver.brandt@taunusstein.example"


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be measured: its name, and a call that opens it and checks that it came."""

    name: str
    open: Callable[[], object]


def main() -> None:
    with scratch_town(cases=CASES):
        floor = cost_of(_bare(), COUNT * 3).cpu
        for page in _pages():
            page.open()  # what is kept in memory from then on
            queries = len(reads_and_writes(statements_of(page.open)))
            cost = cost_of(page.open, COUNT)
            note = f"{COUNT} requests, {queries} queries, {cost.wall:.1f} ms by the clock"
            report("pages", f"{page.name}_cpu", cost.cpu, "ms", goal=8, floor=floor, note=note)
            report("pages", f"{page.name}_queries", queries, "1", goal=6)
            profile(page.open, 60, page.name)


def _pages() -> Iterator[Page]:
    from rathaus.engines.processes.public import open_tasks
    from rathaus.identity.public import UserAccount, actor_for

    visitor, citizen, clerk = _client(), _client(CITIZEN), _client(CLERK)
    yield _page("start", visitor, "/")
    yield _page("search", visitor, "/suche/?q=hund+steuer")
    yield _page("service", visitor, "/leistungen/hund-anmelden/")
    begun = citizen.post("/leistungen/hund-anmelden/antrag/")
    assert begun.status_code == 302, begun.status_code
    yield _page("form", citizen, begun["Location"])
    yield _page("account", citizen, "/konto/")
    yield _page("inbox", citizen, "/konto/postfach/")
    yield _page("tray", clerk, "/amt/")
    task = open_tasks(actor_for(UserAccount.objects.get(email=CLERK))).order_by("created_at").first()
    assert task is not None
    yield _page("case", clerk, f"/amt/vorgaenge/{task.subject}/")


def _client(email: str = ""):  # type: ignore[no-untyped-def]  # Django may only be imported once it is set up
    from django.test import Client

    from rathaus.identity.public import UserAccount

    client = Client()
    if email:
        client.force_login(UserAccount.objects.get(email=email))
    return client


def _page(name: str, client, address: str) -> Page:  # type: ignore[no-untyped-def]  # as above
    def open_page() -> None:
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)

    return Page(name, open_page)


def _bare() -> Callable[[], object]:
    """The least that Django does for a page."""
    from django.http import HttpRequest, HttpResponse
    from django.template import engines
    from django.test import Client
    from django.test.utils import override_settings
    from django.urls import clear_url_caches, path

    template = engines["django"].from_string("<!doctype html><title>{{ title }}</title>")

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(template.render({"title": "Rathaus"}))

    class Routes:
        urlpatterns = (path("", view),)

    client = Client()

    def open_page() -> None:
        with override_settings(ROOT_URLCONF=Routes, MIDDLEWARE=[]):
            client.get("/")

    clear_url_caches()
    return open_page


if __name__ == "__main__":
    main()
