"""Plays a blueprint's examples through the real engine: the same door, tasks, jobs and clock as in the town."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import feel
from rathaus.blueprints import public as blueprints
from rathaus.casework.examples.expectations import differences
from rathaus.casework.examples.files import store_sample, with_sample_files
from rathaus.casework.examples.world import World, account_of, build_world
from rathaus.casework.services.tasks import complete_task
from rathaus.engines.processes import public as processes
from rathaus.identity.public import ANONYMOUS, SYSTEM, Actor, actor_for
from rathaus.intake import public as intake
from rathaus.kernel.public import clock, findings, jobs

_DURATION = re.compile(r"^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$")
_QUESTION_DAYS = 14


@dataclass(frozen=True)
class Outcome:
    """How one example went; ``message`` is German and empty where all is as expected."""

    blueprint: str
    example: str
    message: str = ""

    @property
    def ok(self) -> bool:
        return not self.message

    @property
    def name(self) -> str:
        return f"{self.blueprint}/{self.example}" if self.example else self.blueprint


class Stuck(Exception):
    """The example cannot go on as written; the text says where and why."""


def play_blueprint(folder: Path, *, watch: Callable[[Outcome], None] = lambda outcome: None) -> list[Outcome]:
    """Install the blueprint of ``folder`` in the current database and play each of its examples.

    The database must be one that may be thrown away. ``watch`` is called after each example.
    """
    reports = blueprints.Reports(folder)
    bundle = blueprints.read_bundle(folder, reports)
    try:
        if bundle is None:
            raise blueprints.BlueprintRefused(reports.as_reports())
        world = build_world(bundle)
        blueprints.install_blueprint(actor=SYSTEM, plan=blueprints.plan_installation(folder))
    except blueprints.BlueprintRefused as refusal:
        refused = [report for report in refusal.reports if not report.ok]
        outcome = Outcome(folder.name, "", findings.as_text(refused))
        watch(outcome)
        return [outcome]
    outcomes = []
    for key, example in bundle.examples.items():
        outcomes.append(Outcome(folder.name, key, play_example(bundle, example, world)))
        watch(outcomes[-1])
    return outcomes


def play_example(bundle: blueprints.Bundle, example: blueprints.Example, world: World) -> str:
    """Play one example; return what differs from its expectation, or an empty text."""
    with clock.travel(example.at):
        try:
            return _Run(bundle, example, world).play()
        except (Stuck, intake.NotAccepted, intake.NotPossible, feel.FeelError) as error:
            return str(error)


class _Run:
    def __init__(self, bundle: blueprints.Bundle, example: blueprints.Example, world: World) -> None:
        self.bundle = bundle
        self.example = example
        self.world = world
        self.account = account_of(example.account) if example.account else None
        self.applicant: Actor = actor_for(self.account) if self.account else ANONYMOUS

    def play(self) -> str:
        at_counter = self.example.channel != "online"
        sender = SYSTEM if at_counter else self.applicant
        data = with_sample_files(self.example.data, sender)
        try:
            receipt = self._receive(data, sender)
        except intake.InvalidSubmission as refusal:
            return self._compare_refusal(refusal)
        if self.example.refused:
            return "Der Antrag wurde angenommen, das Beispiel erwartet eine Zurückweisung."
        self._settle()
        for number, step in enumerate(self.example.steps, start=1):
            try:
                self._take(step, receipt.case_id)
            except Stuck as stuck:
                raise Stuck(f"Schritt {number}: {stuck}") from stuck
            self._settle()
        return "; ".join(differences(self.example.expect, receipt.case_id, self.account))

    def _receive(self, data: dict[str, Any], sender: Actor) -> intake.Receipt:
        envelope = intake.Envelope(
            service=self.bundle.descriptor.slug,
            data=data,
            channel=intake.Channel(self.example.channel),
            token=secrets.token_urlsafe(24),
            actor=sender,
            account=self.account,
        )
        return intake.receive(envelope)

    def _compare_refusal(self, refusal: intake.InvalidSubmission) -> str:
        found = {error.path: error.message for error in refusal.errors}
        missing = [
            expected
            for expected in self.example.refused
            if expected.contains.lower() not in found.get(expected.path, "\0").lower()
        ]
        if missing or not self.example.refused:
            return f"Zurückgewiesen mit: {found}; erwartet: {[item.path for item in self.example.refused] or 'Annahme'}"
        return ""

    def _settle(self) -> None:
        """Let jobs and due timers run until nothing more happens at this moment."""
        for _ in range(50):
            if not jobs.run_pending() + processes.fire_due_timers(clock.now()):
                return
        raise Stuck("Jobs und Zeitgeber kommen nicht zur Ruhe.")

    def _take(self, step: blueprints.Step, case_id: UUID) -> None:
        if step.task is not None:
            self._complete(step, case_id)
        elif step.ask is not None:
            self._ask(step.ask, case_id)
        elif step.answer is not None:
            self._answer(step.answer.text, case_id)
        elif step.documents is not None:
            self._send_documents(step.documents, case_id)
        elif step.withdraw is not None:
            actor = self.applicant if self.account else SYSTEM
            intake.withdraw_application(actor=actor, case_id=case_id, reason=step.withdraw.reason)
        elif step.wait is not None:
            self._wait(step.wait)

    def _complete(self, step: blueprints.Step, case_id: UUID) -> None:
        assert step.by is not None  # the example's shape demands it
        actor = self.world.actor(step.by)
        waiting = processes.open_tasks_of(case_id)
        task = next((task for task in waiting if task.element_id == step.task), None)
        if task is None:
            open_ids = ", ".join(task.element_id for task in waiting) or "keine"
            raise Stuck(f"Die Aufgabe „{step.task}“ ist nicht offen (offen: {open_ids}).")
        try:
            complete_task(
                actor=actor,
                task_id=task.id,
                outcome=step.outcome,
                reason=step.reason,
                data=with_sample_files(step.data, actor),
            )
        except (ValueError, PermissionError) as error:
            raise Stuck(f"{step.task}: {error}") from error

    def _ask(self, ask: blueprints.ExampleAsk, case_id: UUID) -> None:
        intake.ask_applicant(
            actor=self.world.actor(ask.by),
            case_id=case_id,
            text=ask.text,
            due_on=clock.today() + timedelta(days=_QUESTION_DAYS),
        )

    def _answer(self, text: str, case_id: UUID) -> None:
        actor = self.applicant if self.account else SYSTEM
        intake.reply_to_office(actor=actor, case_id=case_id, text=text)

    def _send_documents(self, documents: blueprints.ExampleDocuments, case_id: UUID) -> None:
        actor = self.applicant if self.account else SYSTEM
        uploads = [store_sample(file.name, file.content, actor) for file in documents.files]
        if documents.text and intake.expects_reply(case_id):
            intake.reply_to_office(actor=actor, case_id=case_id, text=documents.text, uploads=uploads)
        else:
            intake.add_documents(actor=actor, case_id=case_id, uploads=uploads)

    def _wait(self, duration: str) -> None:
        """Let the days pass one by one, so that timers fire in their order."""
        match = _DURATION.match(duration)
        if match is None or not any(match.groups()):
            raise Stuck(f"„{duration}“ ist keine Dauer wie P14D, P3M oder PT12H.")
        years, months, weeks, days, hours, minutes = (int(part or 0) for part in match.groups())
        for _ in range(years * 366 + months * 31 + weeks * 7 + days):
            clock.advance(timedelta(days=1))
            self._settle()
        clock.advance(timedelta(hours=hours, minutes=minutes))
