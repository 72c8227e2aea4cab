"""Half a year of the town's work, in the order of time, by the same doors that people use."""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import count
from random import Random
from uuid import UUID

from django.test.utils import override_settings

from rathaus.blueprints import public as blueprints
from rathaus.casework import public as casework
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity import public as identity
from rathaus.identity.public import SYSTEM, Actor, UserAccount
from rathaus.intake import public as intake
from rathaus.kernel.public import audit, clock, jobs, timelimits
from rathaus.modules.demo.services import privacy
from rathaus.modules.demo.services.material import retell, retell_step
from rathaus.modules.demo.services.plans import Plan

TOKEN_START = "demo-"  # noqa: S105 - how the tokens of made-up applications begin; no secret
_DAYS = re.compile(r"^P(\d+)D$")
_QUESTION_DAYS = 14
_LONGEST_DELAY = 4
_CLAIMED_SHARE = 0.5
_WANTS_DATA = "erika.muster@example.org"
_SILENT = {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}

Happening = Callable[[], None]


class Stuck(RuntimeError):
    """A case did not go as its example says: data and blueprints do not fit together."""


def cases_exist() -> bool:
    return intake.Application.objects.filter(token__startswith=TOKEN_START).exists()


@override_settings(**_SILENT)  # the addresses are made up; nobody may get mail
def play_cases(
    *,
    plans: Sequence[Plan],
    follow_up_process: bytes | None,
    random: Random,
    watch: Callable[[int, int], None],
) -> None:
    """Let every plan happen, all side by side, from the oldest day to now. Raises Stuck.

    What is due in the last moments (PDFs of the newest applications) is left to the worker.
    """
    cast = _Cast(random)
    days = _Calendar(clock.now())
    for plan in plans:
        run = _CaseRun(plan, cast, random, follow_up_process)
        for moment, happening in run.happenings(days.end):
            days.note(moment, happening)
    privacy.file_old_cases()
    days.live_through(watch)
    privacy.dispose_of_old_files()
    privacy.export_data(cast.account(_WANTS_DATA))
    privacy.give_up_a_job(cast.account(_WANTS_DATA))
    audit.seal()


class _Calendar:
    """What happens when. Between two happenings the town's timers and jobs run."""

    def __init__(self, end: datetime) -> None:
        self.end = end
        self._entries: list[tuple[datetime, int, Happening]] = []
        self._order = count()

    def note(self, moment: datetime, happening: Happening) -> None:
        if moment <= self.end:
            heapq.heappush(self._entries, (moment, next(self._order), happening))

    def live_through(self, watch: Callable[[int, int], None]) -> None:
        done, total = 0, len(self._entries)
        day: date | None = None
        while self._entries:
            moment, _order, happening = heapq.heappop(self._entries)
            for morning in _mornings(day, moment.date()):
                self._settle(datetime.combine(morning, time(5, 0), moment.tzinfo))
            day = moment.date()
            with clock.travel(moment):
                happening()
            if self._entries:
                self._settle(moment)
            done += 1
            watch(done, total)

    def _settle(self, moment: datetime) -> None:
        with clock.travel(moment):
            while jobs.run_pending() + processes.fire_due_timers(clock.now()):
                pass


def _mornings(last: date | None, today: date) -> list[date]:
    """The days after ``last`` up to ``today``."""
    return [last + timedelta(days=step + 1) for step in range((today - last).days)] if last else []


class _Cast:
    """Who in the town does the work of a role: one person for a case, the head only where only the head may."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._staff: dict[tuple[str, str], list[UserAccount]] = {}
        self._people = {account.email: account for account in UserAccount.objects.all()}
        memberships = identity.Membership.objects.select_related("post__unit", "account")
        for membership in memberships.order_by("post__is_head", "post__code"):
            for role in membership.post.roles:
                self._staff.setdefault((membership.post.unit.code, role), []).append(membership.account)
        self._heads = {item.account_id for item in memberships if item.post.is_head}

    def account(self, email: str) -> UserAccount:
        return self._people[email]

    def person_for(self, role: blueprints.Role) -> UserAccount:
        """A member of the unit with the role. Raises Stuck where there is none."""
        members = self._staff.get((role.unit, role.post_role))
        if not members:
            raise Stuck(f"In der Dienststelle {role.unit} hat niemand die Rolle {role.post_role}.")
        workers = [account for account in members if account.id not in self._heads]
        return self._random.choice(workers or members)


class _CaseRun:
    """One plan on its way through the town."""

    def __init__(self, plan: Plan, cast: _Cast, random: Random, follow_up_process: bytes | None) -> None:
        self.plan = plan
        self.random = random
        self.follow_up_process = follow_up_process
        self.staff = {key: cast.person_for(role) for key, role in plan.script.roles.items()}
        self.account = cast.account(plan.person.email) if plan.channel == "online" else None
        self._case_id: UUID | None = None

    @property
    def case_id(self) -> UUID:
        assert self._case_id is not None  # receive comes first
        return self._case_id

    def happenings(self, end: datetime) -> list[tuple[datetime, Happening]]:
        """Reception, the steps as far as the plan goes, and what else belongs to it; later ones are dropped."""
        moment, nominal = self.plan.opened, self.plan.script.example.at.date()
        found: list[tuple[datetime, Happening]] = [(moment, self.receive)]
        for step in self.plan.script.example.steps[: self.plan.steps]:
            if step.wait is not None:
                moment, nominal = _after(moment, step.wait), nominal + timedelta(days=_days(step.wait))
                continue
            moment = self._next_moment(moment, by_staff=step.task is not None or step.ask is not None)
            if moment > end and len(found) < self.plan.steps + 1 and self._must_be_shown(end):
                moment = found[-1][0] + timedelta(minutes=20)
            found.append((moment, partial(self.take, step, nominal)))
        if self.plan.extra:
            found.append((min(found[-1][0] + timedelta(hours=1), end), getattr(self, self.plan.extra)))
        if self.random.random() < _CLAIMED_SHARE:
            found.append((end, self.claim))
        return [entry for entry in found if entry[0] <= end]

    def _must_be_shown(self, end: datetime) -> bool:
        """Young cases whose plan stops early are there to be seen in just that state."""
        is_cut = self.plan.steps < len(self.plan.script.example.steps)
        return is_cut and (end - self.plan.opened).days < _LONGEST_DELAY * 4

    def _next_moment(self, moment: datetime, *, by_staff: bool) -> datetime:
        """A few days later; staff at office hours only."""
        day = moment.date() + timedelta(days=self.random.randint(0 if by_staff else 1, _LONGEST_DELAY))
        while by_staff and (not timelimits.is_working_day(day) or day == moment.date()):
            day += timedelta(days=1)
        at = time(self.random.randint(8, 15 if by_staff else 21), self.random.randint(0, 59))
        return datetime.combine(day, at, moment.tzinfo)

    def receive(self) -> None:
        sender = identity.actor_for(self.account) if self.account else SYSTEM
        opened = self.plan.opened.date()
        data = retell(
            self.plan.script, self.plan.person, opened=opened, number=self.plan.number, random=self.random
        )
        envelope = intake.Envelope(
            service=self.plan.script.service,
            data=casework.with_sample_files(data, sender),
            channel=intake.Channel(self.plan.channel),
            token=f"{TOKEN_START}{self.plan.number:05d}",
            language=self.plan.person.language,
            account=self.account,
            actor=sender,
        )
        try:
            self._case_id = intake.receive(envelope).case_id
        except (intake.InvalidSubmission, intake.NotAccepted) as error:
            raise Stuck(f"{self.plan.script.name} am {opened}: {error}") from error

    def take(self, step: blueprints.Step, nominal: date) -> None:
        if step.task is not None:
            self._complete(step, nominal)
        elif step.ask is not None:
            intake.ask_applicant(
                actor=self._clerk(step.ask.by),
                case_id=self.case_id,
                text=step.ask.text,
                due_on=clock.today() + timedelta(days=_QUESTION_DAYS),
            )
        elif step.answer is not None:
            intake.reply_to_office(actor=self._applicant(), case_id=self.case_id, text=step.answer.text)
        elif step.documents is not None:
            uploads = [
                casework.store_sample(file.name, file.content, self._applicant())
                for file in step.documents.files
            ]
            intake.add_documents(actor=self._applicant(), case_id=self.case_id, uploads=uploads)
        elif step.withdraw is not None:
            intake.withdraw_application(
                actor=self._applicant(), case_id=self.case_id, reason=step.withdraw.reason
            )

    def _complete(self, step: blueprints.Step, nominal: date) -> None:
        assert step.by is not None  # the example's shape demands it
        waiting = {task.element_id: task for task in processes.open_tasks_of(self.case_id)}
        if step.task not in waiting:
            raise Stuck(
                f"{self.plan.script.name}: „{step.task}“ ist nicht offen (offen: {', '.join(waiting)})"
            )
        actor = self._clerk(step.by)
        data = retell_step(step.data, days=(clock.today() - nominal).days, number=self.plan.number)
        try:
            casework.complete_task(
                actor=actor,
                task_id=waiting[step.task].id,
                outcome=step.outcome,
                reason=step.reason,
                data=casework.with_sample_files(data, actor),
            )
        except (casework.InvalidTaskData, casework.SignatureMissing, processes.TaskError) as error:
            raise Stuck(f"{self.plan.script.name}, {step.task}: {error}") from error

    def _clerk(self, role: str) -> Actor:
        return identity.actor_for(self.staff[role])

    def _applicant(self) -> Actor:
        return identity.actor_for(self.account) if self.account else SYSTEM

    def _case(self) -> records.Case:
        return records.case_by_id(self.case_id)

    def _worker(self) -> UserAccount:
        return next(iter(self.staff.values()))

    def claim(self) -> None:
        """Whoever does the work takes it to their own tray."""
        roles = {task.role for task in processes.open_tasks_of(self.case_id)}
        for role in sorted(roles & self.staff.keys()):
            clerk = self._clerk(role)
            if processes.open_tasks(clerk).filter(subject=self.case_id).exists():  # not when handed on
                casework.take_case(actor=clerk, case=self._case())
                return

    def co_sign(self) -> None:
        """The head shall sign, too."""
        case = self._case()
        actor = identity.actor_for(self._worker())
        casework.request_co_signature(actor=actor, case=case, unit=case.lead_unit, text="Bitte mitzeichnen.")

    def follow_up(self) -> None:
        """A follow-up for tomorrow and one that is due."""
        worker = self._worker()
        actor, case = identity.actor_for(worker), self._case()
        for days, text in ((0, "Rückruf zum Hausbesuch"), (5, "Bericht nachfragen")):
            records.schedule_follow_up(
                actor=actor, case=case, due_on=clock.today() + timedelta(days=days), text=text, account=worker
            )
        records.add_note(actor=actor, case=case, text="Telefonisch nicht erreicht, Rückruf vereinbart.")

    def hand_on(self) -> None:
        """The case goes to the trade office, which is below the office that had it."""
        actor, case = identity.actor_for(self._worker()), self._case()
        unit = identity.unit_by_code("gewerbeamt")
        casework.hand_on_case(
            actor=actor, case=case, unit=unit, note="Gewerbliche Werbung: bitte übernehmen."
        )

    def protect(self) -> None:
        """The case becomes especially protected."""
        privacy.protect(self._case(), self._worker())

    def block(self) -> None:
        """An information block holds for the applicant."""
        privacy.block(self._case())

    def hold(self) -> None:
        """The file must not be deleted."""
        privacy.hold(self._case(), self._worker())

    def incident(self) -> None:
        """A second process in the case, with a mistake in it, so that there is something to put right."""
        if self.follow_up_process is None:
            return
        version = processes.deploy_process(
            actor=SYSTEM,
            key="demo_nachkontrolle",
            xml=self.follow_up_process,
            environment=processes.Environment(),
        )
        processes.start_process(actor=SYSTEM, version=version, subject=self.case_id)


def _days(duration: str) -> int:
    match = _DAYS.match(duration)
    if match is None:
        raise Stuck(f"„{duration}“: Beispiele der Musterstadt warten ganze Tage, wie P14D.")
    return int(match.group(1))


def _after(moment: datetime, duration: str) -> datetime:
    return moment + timedelta(days=_days(duration))
