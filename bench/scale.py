"""Whether a page costs the same however many cases lie in the archive: ``scale.py [--short] [--postgres] [--cases=N]``.

The same pages are opened in a town with 10,000 cases and again when it has 200,000 (``--postgres``: 1,000,000, in a
scratch server of its own on disk). CPU counts in this process and in the database's; goal: at most 1.5 times. What
else runs on the machine makes everything dearer: a fixed piece of work is measured beside each page, and divided out.
"""

# ruff: noqa: PLC0415 -- Django must be set up, on a fresh folder, before anything of it can be imported

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import people as town_people
from harness import (
    POSTGRES,
    SHORT,
    Cost,
    postgresql,
    profile,
    reads_and_writes,
    report,
    scratch_town,
    statements_of,
)
from submission import submitter

GOAL, MOST_QUERIES = 1.5, 8
WRITES = frozenset({"submission"})
ROUNDS, CALLS = (5, 10) if SHORT else (8, 15)
PATTERNS = 40 if SHORT else 90
SERVER = (
    "-c shared_buffers=2GB -c max_wal_size=8GB -c checkpoint_timeout=1h -c autovacuum=off "
    "-c max_parallel_workers_per_gather=0 -c effective_cache_size=8GB"
)


@dataclass(frozen=True, slots=True)
class Page:
    """Something to be measured: its name, and a call that does it and checks that it was done."""

    name: str
    open: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Found:
    """What a page costs, how many queries it sends, and what a fixed piece of work cost at the same time (ms).

    ``entries`` are those of its lists and tables: a page that is filled only in the larger town is dearer for that.
    """

    cost: Cost
    queries: int
    entries: int
    yardstick: float


def main() -> None:
    small, large = _sizes()
    with postgresql(SERVER), scratch_town(cases=PATTERNS):
        from cloning import Town

        citizens = 2_000 if SHORT else min(200_000, large // 5)
        town = Town(town_people.settle(citizens=citizens), town_people.family_names())
        before = _measured_at(town, small)
        after = _measured_at(town, large)
        for name, found in after.items():
            _tell(name, before[name], found, small, large)


def _sizes() -> tuple[int, int]:
    given = next(
        (int(word.partition("=")[2].replace(",", "")) for word in sys.argv if word.startswith("--cases=")), 0
    )
    if SHORT:
        return 2_000, given or 20_000
    return 10_000, given or (1_000_000 if POSTGRES else 200_000)


def _measured_at(town: Any, size: int) -> dict[str, Found]:
    started = time.perf_counter()
    town.grow(size)
    seconds, rows = time.perf_counter() - started, sum(town.rows.values())
    vendor = town.sql.connection.vendor
    report("scale", f"{vendor}_build_{size}", seconds, "s", note=f"{rows:,} rows in {len(town.rows)} tables")
    return {page.name: _found(page) for page in _pages()}


def _found(page: Page) -> Found:
    for _ in range(4):
        page.open()
    answers: list[object] = []
    queries = len(reads_and_writes(statements_of(lambda: answers.append(page.open()))))
    rounds = [(_round(page.open), _round(_fixed_work).cpu) for _ in range(ROUNDS)]
    profile(page.open, 60, page.name)
    cheapest = min((cost for cost, _yardstick in rounds), key=lambda cost: cost.cpu)
    return Found(cheapest, queries, _entries(answers[0]), min(yardstick for _cost, yardstick in rounds))


def _entries(answer: object) -> int:
    """How many entries the lists and tables of a page have."""
    content: bytes = getattr(answer, "content", b"")
    return content.count(b"<li") + content.count(b"<tr")


def _fixed_work() -> None:
    """Some milliseconds of what a page does: objects, texts, a template."""
    from django.template import engines

    rows = [{"number": number, "text": f"<{number:05d}>"} for number in range(60)]
    engines["django"].from_string(_TEMPLATE).render({"rows": rows})


_TEMPLATE = "{% for row in rows %}<li><a href='{{ row.number }}'>{{ row.text }}</a></li>{% endfor %}"


def _round(work: Callable[[], object]) -> Cost:
    cpu, wall = _cpu(), time.perf_counter()
    for _ in range(CALLS):
        work()
    return Cost((_cpu() - cpu) * 1000 / CALLS, (time.perf_counter() - wall) * 1000 / CALLS)


def _cpu() -> float:
    """Seconds of this process and, on PostgreSQL, of the process that serves it."""
    from django.db import connection

    spent = time.process_time()
    if connection.vendor != "postgresql":
        return spent
    connection.ensure_connection()
    process = connection.connection.info.backend_pid
    # schedstat counts in nanoseconds; stat only in hundredths of a second
    return spent + int(Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


def _tell(name: str, small: Found, large: Found, at: int, to: int) -> None:
    dearer = large.yardstick / small.yardstick
    ratio = large.cost.cpu / small.cost.cpu / dearer
    note = (
        f"{small.cost.cpu:.1f} ms CPU ({small.cost.wall:.1f} by the clock) at {at:,}, "
        f"{large.cost.cpu:.1f} ({large.cost.wall:.1f}) at {to:,} cases, {max(small.queries, large.queries)} queries, "
        f"{small.entries} and {large.entries} entries; the machine itself {dearer:.2f} times"
    )
    report("scale", f"{name}_ratio", ratio, "ratio", goal=GOAL, floor=1.0, note=note)
    if name not in WRITES:
        report("scale", f"{name}_queries", max(small.queries, large.queries), "1", goal=MOST_QUERIES)


def _pages() -> Iterator[Page]:
    from rathaus.engines.records.public import Case

    clerk, busy, head = (
        _client(name) for name in (town_people.CLERK, town_people.BACKLOG_CLERK, town_people.HEAD)
    )
    case = Case.objects.get(case_reference__endswith="-0010007")
    yield _get("tray", clerk, "/amt/?liste=amt")
    yield _get("tray_mine", clerk, "/amt/?liste=meine")
    yield _get("tray_overdue", clerk, "/amt/?liste=faellig")
    yield _get("tray_waiting", clerk, "/amt/?liste=wartet")
    yield _get("tray_backlog", busy, "/amt/?liste=amt")
    yield _get("tray_head", head, "/amt/?liste=amt")
    yield _get("case", clerk, f"/amt/vorgaenge/{case.pk}/")
    yield _get("timeline", clerk, f"/amt/vorgaenge/{case.pk}/verlauf/")
    yield _get("search_rare", clerk, "/amt/suche/?q=quastenflosser")
    yield _get("search_common", clerk, "/amt/suche/?q=hund")
    yield _get("search_name", clerk, "/amt/suche/?q=M%C3%BCller")
    yield _get("search_reference", clerk, f"/amt/suche/?q={case.case_reference}")
    yield _get("search_nothing", clerk, "/amt/suche/?q=hund+nirgendwo")
    yield _get("search_name_head", head, "/amt/suche/?q=M%C3%BCller")
    yield from _citizens_pages()
    yield Page("submission", submitter(town_people.FIRM))


def _citizens_pages() -> Iterator[Page]:
    from rathaus.engines.records.public import Case

    citizen, firm = _client(town_people.CITIZEN), _client(town_people.FIRM)
    own = Case.objects.get(case_reference__endswith="-0010007")
    yield _get("account", citizen, "/konto/")
    yield _get("account_firm", firm, "/konto/")
    yield _get("account_case", citizen, f"/konto/vorgaenge/{own.pk}/")
    yield _get("inbox", citizen, "/konto/postfach/")
    yield _get("inbox_firm", firm, "/konto/postfach/")
    yield _get("documents_firm", firm, "/konto/dokumente/")


def _client(email: str) -> Any:
    from django.test import Client

    from rathaus.identity.public import UserAccount

    client = Client()
    client.force_login(UserAccount.objects.get(email=email))
    return client


def _get(name: str, client: Any, address: str) -> Page:
    def open_page() -> object:
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        return response

    return Page(name, open_page)


if __name__ == "__main__":
    main()
