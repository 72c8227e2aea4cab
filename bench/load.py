"""Many people at once, over HTTP: ``load.py [--short] [--postgres] [--applications=6]``.

64 citizens look around, fill in a form of six pages with cookies and CSRF tokens, and send it, again and again; 16
clerks sign in, open the in-tray, take a case and decide. Real processes answer (``rathaus serve``, ``rathaus worker``)
on a fresh town. Everything acknowledged must be stored, once. The floors are a bare Django view behind the same server
and bare INSERTs, one a transaction, on the same database. The people themselves take a good part of the same machine.
"""

# ruff: noqa: PLC0415, S311, S603 -- Django must be set up, on a fresh folder, before anything of it can be imported

from __future__ import annotations

import os
import random
import re
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from browser import Answer, Browser, Timing, token_of
from harness import ROOT, SHORT, postgresql, report, scratch_town

CITIZENS, CLERKS = (12, 4) if SHORT else (64, 16)
_GIVEN = (word.partition("=")[2] for word in sys.argv if word.startswith("--applications="))
APPLICATIONS = int(next(_GIVEN, "1" if SHORT else "6"))
PORT, BARE_PORT = 8817, 8818
SERVER = "-c shared_buffers=512MB -c fsync=on -c synchronous_commit=on -c full_page_writes=on -c max_connections=200"
PASSWORD = "rathaus-unter-last"  # noqa: S105 -- of a town that lives for a minute
SLUG = "hund-anmelden"
# What a clerk is told when a colleague has ended the task, or has changed something in the case meanwhile.
TOO_LATE = frozenset({409, 422})
TASK = re.compile(r'href="(/amt/vorgaenge/[0-9a-f-]{36}/\?liste=amt&amp;aufgabe=[0-9a-f-]{36})"')


def main() -> None:
    with postgresql(SERVER), scratch_town(cases=0):
        from django.db import connection, connections

        vendor = connection.vendor
        citizens, clerks = _accounts()
        sessions = [_session(account) for account in citizens]
        inserts = _bare_inserts(2 if SHORT else 4)
        connections.close_all()
        with _running():
            crowd = Crowd(sessions, clerks)
            seconds = crowd.live()
        view = _bare_view()
        _tell(vendor, crowd, seconds, view, inserts)
        if crowd.errors:
            sys.stderr.write(
                (Path(os.environ["RATHAUS_DATA_DIR"]) / "load.log").read_text(encoding="utf-8")[-6000:]
            )
    sys.exit(1 if crowd.errors else 0)


def _accounts() -> tuple[list[Any], list[str]]:
    """So many citizens, and so many clerks of the tax office."""
    from django.contrib.auth.hashers import make_password

    from rathaus.identity import public as identity
    from rathaus.identity.public import SYSTEM

    password, unit = make_password(PASSWORD), identity.unit_by_code("steueramt")
    clerks = []
    for number in range(CLERKS):
        post = identity.create_post(actor=SYSTEM, code=f"last-{number}", title="Stelle", unit=unit)
        email = f"clerk-{number}@bench.example"
        account = identity.create_account(
            actor=SYSTEM, email=email, password_hash=password, given_name="Kim", family_name=f"Amt{number}"
        )
        identity.assign_post(actor=SYSTEM, account=account, post=post)
        clerks.append(email)
    citizens = [
        identity.create_account(
            actor=SYSTEM, email=f"citizen-{number}@bench.example", password_hash=password,
            given_name="Erika", family_name=f"Muster{number}",
        )
        for number in range(CITIZENS)
    ]  # fmt: skip
    return citizens, clerks


def _session(account: Any) -> dict[str, str]:
    """A citizen comes signed in: what hashing passwords costs is not measured here."""
    from django.test import Client

    client = Client()
    client.force_login(account)
    return {name: morsel.value for name, morsel in client.cookies.items()}


@contextmanager
def _running() -> Iterator[None]:
    """The web server and the worker, as an operator starts them; everybody comes through a proxy of their own."""
    given = {"RATHAUS_BEHIND_PROXY": "1", "RATHAUS_TLS": "0", "RATHAUS_LOG_LEVEL": "WARNING"}
    environment = {**os.environ, **given, "PYTHONPATH": str(ROOT / "src")}
    rathaus = str(ROOT / ".venv/bin/rathaus")
    commands = [[rathaus, "serve", "--port", str(PORT)], [rathaus, "worker"]]
    log = Path(os.environ["RATHAUS_DATA_DIR"]) / "load.log"
    with log.open("ab") as output:
        processes = [
            subprocess.Popen(words, env=environment, stdout=output, stderr=output) for words in commands
        ]
        try:
            _wait_for(f"http://127.0.0.1:{PORT}/", log)
            yield
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(timeout=90)


def _wait_for(url: str, log: Path) -> None:
    for _attempt in range(300):
        try:
            urllib.request.urlopen(url, timeout=10).read()  # noqa: S310 -- our own server
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit(f"Der Webserver antwortet nicht. Er schrieb zuletzt:\n{log.read_text(encoding='utf-8')[-2000:]}")


class Crowd:
    """All the people, each in a thread."""

    def __init__(self, sessions: Sequence[dict[str, str]], clerks: Sequence[str]) -> None:
        self.citizens = [Browser(PORT, f"10.1.0.{n + 1}", cookies) for n, cookies in enumerate(sessions)]
        self.clerks = [Browser(PORT, f"10.2.0.{n + 1}") for n, _email in enumerate(clerks)]
        self.emails = clerks
        self.drafts: list[str] = []
        self.decided = 0
        self.troubles: list[str] = []
        self.is_over = threading.Event()
        self._lock = threading.Lock()

    def live(self) -> float:
        """Everybody begins together; the clerks go home when the last citizen has. Returns seconds."""
        started = time.perf_counter()
        citizens = [self._thread(self._citizen, browser) for browser in self.citizens]
        clerks = [self._thread(self._clerk, *pair) for pair in zip(self.clerks, self.emails, strict=True)]
        for thread in citizens:
            thread.join()
        seconds = time.perf_counter() - started
        self.is_over.set()
        for thread in clerks:
            thread.join()
        self._compare()
        return seconds

    def _thread(self, work: Callable[..., None], *given: Any) -> threading.Thread:
        def guarded() -> None:
            try:
                work(*given)
            except Exception as error:  # noqa: BLE001 -- whatever happens to somebody is a figure here
                with self._lock:
                    self.troubles.append(f"{type(error).__name__}: {error}")

        thread = threading.Thread(target=guarded)
        thread.start()
        return thread

    def _citizen(self, browser: Browser) -> None:
        for _number in range(APPLICATIONS):
            for url in ("/", "/suche/?q=hund+steuer", "/konto/"):
                browser.get("browse", url)
            service = browser.get("browse", f"/leistungen/{SLUG}/")
            begun = browser.post("begin", f"/leistungen/{SLUG}/antrag/", {"neu": "1"}, token_of(service))
            page = browser.follow("form page", begun)
            draft = begun.location.split("/")[4]
            for values in _pages():
                answer = browser.post(
                    "save page", f"/leistungen/{SLUG}/antrag/{draft}/{values[0]}/", values[1], token_of(page)
                )
                page = browser.follow("form page", answer)
            sent = browser.post(
                "submit", f"/leistungen/{SLUG}/antrag/{draft}/antrag-senden/", {}, token_of(page)
            )
            if not sent.location.endswith("antrag-eingegangen/"):
                raise RuntimeError(f"not received: {sent.status} {sent.location} {_heading(sent)}")
            with self._lock:
                self.drafts.append(draft)
            browser.follow("receipt", sent)

    def _clerk(self, browser: Browser, email: str) -> None:
        page = browser.get("sign-in page", "/zugang/login/")
        form = page.form("login")
        fields = [
            pair for pair in (form.fields if form else []) if pair[0] not in ("login", "password", "remember")
        ]
        browser.post("sign in", "/zugang/login/", [*fields, ("login", email), ("password", PASSWORD)])
        while not self.is_over.is_set():
            tray = browser.get("in-tray", "/amt/?liste=amt")
            if tray.status != 200:
                raise RuntimeError(f"the in-tray is closed: {tray.status} {tray.location}")
            links = TASK.findall(tray.text)
            if links:
                self._work(browser, random.choice(links).replace("&amp;", "&"))
            else:
                self.is_over.wait(0.2)

    def _work(self, browser: Browser, url: str) -> None:
        """Open a case, take it, and end its task; somebody else may have been faster."""
        case = browser.get("case", url)
        taken = browser.post("take", f"{url.partition('?')[0]}uebernehmen/", {}, token_of(case))
        case = browser.follow("case", taken)
        form = case.form("/aufgaben/")
        if form is None:
            return
        answer = browser.post("decide", form.action, _filled(form.fields, form.buttons), also=TOO_LATE)
        if "entscheiden" in answer.location:
            preview = browser.follow("letter preview", answer)
            form = preview.form("entscheiden")
            if form is None:
                return
            answer = browser.post("decide", form.action, [*form.fields, *form.buttons[:1]], also=TOO_LATE)
        if answer.status in (302, 303):
            with self._lock:
                self.decided += 1

    def _compare(self) -> None:
        """What was acknowledged is stored, once."""
        from rathaus.intake.models import Application

        stored = Counter(Application.objects.values_list("token", flat=True))
        for draft in self.drafts:
            if stored[f"draft:{draft}"] != 1:
                self.troubles.append(f"acknowledged, but stored {stored[f'draft:{draft}']} times: {draft}")
        if len(stored) != len(self.drafts):
            self.troubles.append(f"{len(self.drafts)} acknowledged, {len(stored)} stored")

    @property
    def timings(self) -> list[Timing]:
        return [timing for browser in [*self.citizens, *self.clerks] for timing in browser.timings]

    @property
    def errors(self) -> list[str]:
        return [*self.troubles, *(timing.error for timing in self.timings if timing.error)]


def _pages() -> list[tuple[str, dict[str, Any]]]:
    """The answers to every page of the form, as people type them; each for a dog of its own."""
    keeper = {
        "vorname": "Erika", "nachname": "Muster", "geburtsdatum": "17.5.1984", "anschrift.street": "Aarstraße",
        "anschrift.house_number": "12", "anschrift.postcode": "65232", "anschrift.city": "Taunusstein",
        "email": "erika@example.org",
    }  # fmt: skip
    dog = {
        "name": "Bella", "rasse": "labrador", "geworfen_am": "2.3.2024", "gehalten_seit": "15.10.2026",
        "chipnummer": f"276098{random.randrange(10**9):09d}", "besonderheit": "keine", "auffaellig": "false",
    }  # fmt: skip
    return [
        ("halterin", {f"halter.{name}": value for name, value in keeper.items()}),
        ("ihre_hunde", {"hunde": ["", "0"], **{f"hunde.0.{name}": value for name, value in dog.items()}}),
        ("haushalt", {"weitere_hunde": "0"}),
        ("ermaessigungsseite", {"grundsicherung": "false"}),
        ("zahlung", {"zahlart": "ueberweisung"}),
        ("abschluss", {"richtig": "true"}),
    ]


def _filled(fields: list[tuple[str, str]], buttons: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A task's form with its empty fields filled, and the first way to end it."""
    number = f"T-{random.randrange(10**9):09d}"
    kept = [(name, value or (number if name.endswith("nummer") else "")) for name, value in fields]
    ways = [button for button in buttons if button[0] == "ergebnis"]
    return [*kept, *ways[:1]]


def _heading(answer: Answer) -> str:
    return answer.text.partition("<h1")[2][:200]


_BARE = """
from django.conf import settings
settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[], SECRET_KEY="x" * 50, TEMPLATES=[
    {"BACKEND": "django.template.backends.django.DjangoTemplates"}])
import django
django.setup()
from django.http import HttpResponse
from django.template import engines
from django.urls import path
from django.core.wsgi import get_wsgi_application
page = engines["django"].from_string("<!doctype html><title>{{ title }}</title>")
urlpatterns = [path("", lambda request: HttpResponse(page.render({"title": "Rathaus"})))]
application = get_wsgi_application()
"""


def _bare_view() -> float:
    """Answers a second of a bare view behind the same kind of server, asked by as many people."""
    folder = Path(os.environ["RATHAUS_DATA_DIR"])
    (folder / "bare.py").write_text(_BARE, encoding="utf-8")
    words = [
        str(ROOT / ".venv/bin/gunicorn"), "bare:application", "--chdir", str(folder), "-k", "gthread", "-w", "2",
        "--threads", "4", "-b", f"127.0.0.1:{BARE_PORT}", "--log-level", "error", "--no-control-socket",
    ]  # fmt: skip
    server = subprocess.Popen(words)
    try:
        _wait_for(f"http://127.0.0.1:{BARE_PORT}/", Path(os.devnull))
        people = [Browser(BARE_PORT, "10.3.0.1") for _number in range(CITIZENS + CLERKS)]
        started = time.perf_counter()
        threads = [threading.Thread(target=_ask, args=(browser, 10 if SHORT else 50)) for browser in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - started
        return sum(len(browser.timings) for browser in people) / seconds
    finally:
        server.terminate()
        server.wait(timeout=60)


def _ask(browser: Browser, count: int) -> None:
    for _number in range(count):
        browser.get("bare", "/")


def _bare_inserts(threads: int, seconds: float = 2.0) -> float:
    """Transactions a second that store one row each, from as many threads."""
    from django.db import connection, connections, transaction

    kind = "bigserial" if connection.vendor == "postgresql" else "integer"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_floor (id {kind} PRIMARY KEY, a text)")
    counts, end = [0] * threads, time.perf_counter() + seconds

    def insert(number: int) -> None:
        while time.perf_counter() < end:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("INSERT INTO bench_floor (a) VALUES (%s)", ["x" * 300])
            counts[number] += 1
        connections.close_all()

    running = [threading.Thread(target=insert, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return sum(counts) / seconds


def _tell(vendor: str, crowd: Crowd, seconds: float, view: float, inserts: float) -> None:
    timings = crowd.timings
    note = f"{CITIZENS} citizens, {CLERKS} clerks, {len(timings)} answers in {seconds:.0f} s"
    report("load", f"{vendor}_errors", len(crowd.errors), "1", goal=0, note=note)
    for error, number in Counter(crowd.errors).most_common(8):
        sys.stderr.write(f"{number:5}  {error[:300]}\n")
    per_second = {"better": "higher"}
    report(
        "load",
        f"{vendor}_answers",
        len(timings) / seconds,
        "1/s",
        floor=view,
        note="floor: a bare view",
        **per_second,
    )
    report(
        "load", f"{vendor}_submissions", len(crowd.drafts) / seconds, "1/s", floor=inserts, **per_second,
        note=f"{len(crowd.drafts)} in all; floor: bare INSERTs, one a transaction",
    )  # fmt: skip
    report(
        "load",
        f"{vendor}_decisions",
        crowd.decided / seconds,
        "1/s",
        note=f"{crowd.decided} in all",
        **per_second,
    )
    for kind in dict.fromkeys(timing.kind for timing in timings):
        times = sorted(timing.seconds * 1000 for timing in timings if timing.kind == kind)
        name = kind.replace(" ", "_").replace("-", "_")
        p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
        report("load", f"{vendor}_{name}_p50", statistics.median(times), "ms", note=f"{len(times)} answers")
        report("load", f"{vendor}_{name}_p95", p95, "ms")


if __name__ == "__main__":
    main()
