"""kill -9 of web server and workers at random moments, while people apply, decide and time passes."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from uuid import UUID

import pytest

from tests.faults.browser import TRY_AGAIN, Browser, Crowd, NoAnswer, mark_of
from tests.faults.checks import assert_nothing_lost_nothing_twice
from tests.faults.town import FaultTown, Service, at_length, wait_for

pytestmark = pytest.mark.faults


class Killer(threading.Thread):
    """Kills one of the processes every now and then, and starts again what does not do so by itself.

    ``progress`` counts what was achieved: between two kills it must have grown by some, or a slow machine would never
    come to an end.
    """

    def __init__(
        self,
        town: FaultTown,
        chance: random.Random,
        web: Service,
        workers: list[Service],
        progress: Callable[[], int],
    ) -> None:
        super().__init__(daemon=True)
        self.town, self.chance, self.web, self.workers, self.progress = town, chance, web, workers, progress
        self.enough = threading.Event()
        self.kills = 0

    def run(self) -> None:
        wanted = self.progress()
        while not self.enough.wait(self.chance.uniform(0.0, 0.3)):
            if self.progress() < wanted:
                continue
            victim = self.chance.choice(["child", "child", "worker", "worker", "web"])
            worker = self.chance.choice(self.workers)
            # Only what runs is killed: on a slow machine nothing would ever come as far as its work.
            if victim == "worker" and worker.is_up():
                worker.restart()
            elif victim == "child" and self.town.answers():
                self.web.kill_child(self.chance)
            elif victim == "web" and self.town.answers():
                self.web.restart()
            else:
                continue
            self.kills += 1
            wanted = self.progress() + self.chance.randint(1, 6)

    def stop(self) -> None:
        self.enough.set()
        self.join()


def test_submissions(town: FaultTown, chance: random.Random, is_long: bool) -> None:
    number = 500 if is_long else 30
    crowd = Crowd(town.port, town.known["data"], town.known["sessions"]["citizen"])
    workers = [town.start_worker(), town.start_worker()]
    killer = Killer(town, chance, town.start_web(), workers, lambda: len(crowd.receipts))
    applicants = crowd.start(range(number))
    killer.start()
    for applicant in applicants:
        applicant.join()
    killer.stop()
    stored = town.drain()
    assert len(crowd.receipts) == number
    assert killer.kills > 0
    assert_nothing_lost_nothing_twice(town, crowd, stored)


@at_length
def test_the_same_receipt_after_the_crash(town: FaultTown) -> None:
    """Also from other processes, for the same data only."""
    crowd = Crowd(town.port, town.known["data"], town.known["sessions"]["citizen"])
    web = town.start_web()
    crowd.apply(1)
    web.restart()
    again = Crowd(town.port, town.known["data"], town.known["sessions"]["citizen"])
    again.apply(1)
    at_once = [threading.Thread(target=crowd.apply, args=(2,)) for _ in range(6)]
    for thread in at_once:
        thread.start()
    for thread in at_once:
        thread.join()
    assert again.receipts["antrag-00001"] == crowd.receipts["antrag-00001"]
    other = Browser(town.port, crowd.session).post_json(
        "/api/v1/services/wohnberatung/applications",
        {"data": {**town.known["data"], "beschreibung": "Etwas ganz anderes."}},
        Idempotency_Key="antrag-00001",
    )
    assert other.status == 409
    assert "neuen Schlüssel" in other.json["errors"][0]["message"]
    assert_nothing_lost_nothing_twice(town, crowd, town.drain())


@at_length
def test_timers_decisions_and_letters(town: FaultTown, chance: random.Random, is_long: bool) -> None:
    number = 60 if is_long else 4
    crowd = Crowd(town.port, town.known["data"], town.known["sessions"]["citizen"])
    web, workers = town.start_web(), [town.start_worker(), town.start_worker()]
    for applicant in crowd.start(range(number)):
        applicant.join()
    wait_for(lambda: len(_tasks(town, "uebernahme", "open")) == number, "the first task of each case")
    assert town.script("examine", "let_time_pass", "nach_fuenf_tagen") == {"timers": number}
    workers[0].restart()
    done = "SELECT count(*) FROM kernel_job WHERE state = 'done'"
    killer = Killer(town, chance, web, workers, lambda: int(town.rows(done)[0][0]))
    killer.start()
    reminded = "SELECT count(DISTINCT case_id) FROM records_followup"
    wait_for(lambda: town.rows(reminded) == [(number,)], "the reminders after five days")
    web.restart()
    sessions = town.known["sessions"]
    _decide_all(town, sessions["wohnberatung"], "uebernahme", "zurueckgeben", number)
    _decide_all(town, sessions["koordination"], "zuweisung", "absagen", number)
    killer.stop()
    stored = town.drain()
    for one in stored["applications"]:
        assert (one["state"], one["follow_ups"]) == ("closed", 1), one
        done = sorted((element, state) for element, state, _pk in one["tasks"])
        assert done == [("uebernahme", "completed"), ("zuweisung", "completed")], one
    assert_nothing_lost_nothing_twice(town, crowd, stored, letters=("eingang", "absage"))


def _tasks(town: FaultTown, element: str, state: str) -> list[tuple[str, str]]:
    """Case and task of every user task of an element in a state."""
    query = "SELECT subject, id FROM processes_usertask WHERE element_id = ? AND state = ?"
    return [(str(UUID(case)), str(UUID(task))) for case, task in town.rows(query, element, state)]


def _decide_all(town: FaultTown, session: str, element: str, outcome: str, number: int) -> None:
    """Every open task of an element gets the outcome, by two clerks who try again until it is done."""
    wait_for(lambda: len(_tasks(town, element, "open")) == number, f"open tasks {element}")
    found = _tasks(town, element, "open")

    def work(share: list[tuple[str, str]]) -> None:
        for case, task in share:
            _decide(town, session, case, task, outcome)

    clerks = [threading.Thread(target=work, args=(found[start::2],), daemon=True) for start in range(2)]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    assert len(_tasks(town, element, "completed")) == number


def _decide(town: FaultTown, session: str, case: str, task: str, outcome: str) -> None:
    """As on the page: choose the outcome, look at the letter where there is one, send."""
    browser = Browser(town.port, session)
    page = f"/amt/vorgaenge/{case}/"
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            shown = browser.get(page)
            assert shown.status in {200, *TRY_AGAIN}, shown.body[:2000]
            if shown.status == 200 and f"/aufgaben/{task}/" not in shown.body:
                return  # done: by this browser, whose answer was lost, or it shows another task by now
            if shown.status == 200:
                fields = {"ergebnis": outcome, "begruendung": "Geprüft.", "stand": mark_of(shown.body)}
                answer = browser.post_form(f"{page}aufgaben/{task}/", fields)
                if answer.status == 302 and "entscheiden" in answer.headers["Location"]:
                    letter = browser.get(answer.headers["Location"])
                    if letter.status != 200:
                        continue
                    browser.post_form(answer.headers["Location"], {"stand": mark_of(letter.body)})
                assert answer.status in {200, 302, 409, *TRY_AGAIN}, answer.body[:2000]
        except NoAnswer:
            time.sleep(0.1)
