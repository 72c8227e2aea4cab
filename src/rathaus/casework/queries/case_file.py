"""What stands on the pages of a case. Every function expects that the caller has asked for the right to see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rathaus.blueprints import public as blueprints
from rathaus.engines.forms import public as forms
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, Actor, policies
from rathaus.intake import public as intake


def language() -> str:
    return (get_language() or "de")[:2]


@dataclass(frozen=True)
class Tasks:
    """The tasks of a case: open ones that the actor may do, those that others have to do, and those done."""

    mine: tuple[processes.UserTask, ...]
    others: tuple[processes.UserTask, ...]
    done: tuple[processes.UserTask, ...]

    def chosen(self, wanted: str, account_id: UUID | None) -> processes.UserTask | None:
        """The task asked for, else one that is assigned to the actor, else the first."""
        by_id = {str(task.pk): task for task in self.mine}
        own = next((task for task in self.mine if task.assignee_id == account_id), None)
        return by_id.get(wanted) or own or next(iter(self.mine), None)


def tasks_of(actor: Actor, case_id: UUID) -> Tasks:
    """One query. Open ones the oldest first, done ones the latest first."""
    shown = (processes.TaskState.OPEN, processes.TaskState.COMPLETED)
    tasks = list(
        processes.UserTask.objects.filter(subject=case_id, state__in=shown)
        .select_related("unit", "assignee")
        .order_by("completed_at", "created_at", "element_id")
    )
    pending = [task for task in tasks if task.state == processes.TaskState.OPEN]
    mine = tuple(task for task in pending if policies.allows(actor, "processes.complete_task", task))
    others = tuple(task for task in pending if task not in mine)
    return Tasks(mine, others, tuple(task for task in reversed(tasks) if task not in pending))


@dataclass(frozen=True)
class Outcome:
    """A way to end a task, in the reader's language."""

    key: str
    label: str
    kind: str
    reason: str
    letter: str

    @property
    def button(self) -> str:
        return "primary" if self.kind == "positive" else "secondary"


def outcomes_of(task: processes.UserTask) -> list[Outcome]:
    english = language() == "en"
    return [
        Outcome(
            key=item["key"],
            label=(english and item.get("label_en")) or item["label"],
            kind=item["kind"],
            reason=item["reason"],
            letter=item.get("letter") or "",
        )
        for item in task.outcomes
    ]


@dataclass(frozen=True)
class Answer:
    """One answer of the application. ``source`` says where it comes from if not from the applicant."""

    row: forms.SummaryRow
    source: str


@dataclass(frozen=True)
class AnswerSection:
    title: str
    groups: tuple[tuple[str, tuple[Answer, ...]], ...]


def answers_of(application: intake.Application) -> list[AnswerSection]:
    """The application in the citizen's words."""
    form = forms.compiled(application.submission.form_version)
    sections = form.summary(application.submission.data, language())
    return [AnswerSection(section.title, _grouped(form, section.rows)) for section in sections]


def _grouped(
    form: forms.CompiledForm, rows: tuple[forms.SummaryRow, ...]
) -> tuple[tuple[str, tuple[Answer, ...]], ...]:
    groups: dict[str, list[Answer]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(Answer(row, _source(form, row.path)))
    return tuple((title, tuple(answers)) for title, answers in groups.items())


def _source(form: forms.CompiledForm, path: str) -> str:
    plain = ".".join(part.partition("[")[0] for part in path.split("."))
    field = form.fields.get(plain)
    return _("calculated") if field is not None and field.type == "computed" else ""


@dataclass(frozen=True)
class TaskResult:
    """What came of a task that is done."""

    name: str
    outcome: str
    reason: str
    rows: tuple[tuple[str, str], ...]
    by: str
    at: datetime | None


def results_of(application: intake.Application, done: Iterable[processes.UserTask]) -> list[TaskResult]:
    """What was entered in the tasks that are done."""
    task_forms = blueprints.task_forms_of(application.service_version_id)
    return [
        TaskResult(
            name=task.name,
            outcome=next((item.label for item in outcomes_of(task) if item.key == task.outcome), ""),
            reason=task.reason,
            rows=tuple(_entered(task_forms.get(task.form_key), task.data)),
            by=task.completed_by_name,
            at=task.completed_at,
        )
        for task in done
    ]


def _entered(form_version: forms.FormVersion | None, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Label and text of what was entered in a task's form; empty answers are left out."""
    if form_version is None:
        return
    form = forms.compiled(form_version)
    for section in form.summary({name: plain(value) for name, value in data.items()}, language()):
        for row in section.rows:
            if row.is_answered and row.value_text:
                yield row.label, row.value_text


def plain(value: Any) -> Any:
    """A stored FEEL value as plain JSON: dates and long numbers as text."""
    if isinstance(value, Mapping):
        if len(value) == 1 and next(iter(value)) in ("@", "@number"):
            return next(iter(value.values()))
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value


@dataclass(frozen=True)
class Step:
    """A step of the process: done, failed, or where it stands now."""

    element_id: str
    name: str
    at: datetime
    who: str
    state: str  # completed | active | failed
    result: str = ""


@dataclass(frozen=True)
class FiredRule:
    """What a decision table said: which rows, from what, with which result."""

    name: str
    at: datetime
    rules: str
    inputs: tuple[tuple[str, str], ...]
    result: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Progress:
    steps: tuple[Step, ...]
    rules: tuple[FiredRule, ...]
    completed: str
    active: str
    failed: str


def progress_of(case_id: UUID) -> Progress:
    """The way of the case through its process."""
    history = processes.completed_elements(case_id)
    failing = {incident.element_id: incident for incident in processes.incidents_of(case_id)}
    done = [_done(entry) for entry in history if entry.name]
    now = [
        Step(
            current.element_id,
            current.name,
            current.since,
            "",
            "failed" if current.element_id in failing else "active",
        )
        for current in processes.current_elements(case_id)
    ]
    active = {step.element_id for step in now if step.state == "active"}
    return Progress(
        steps=(*done, *now),
        rules=tuple(_fired(entry) for entry in history if entry.kind == processes.HistoryKind.DECIDED),
        completed=",".join({entry.element_id for entry in history} - active - failing.keys()),
        active=",".join(sorted(active)),
        failed=",".join(sorted(failing)),
    )


def _done(entry: processes.HistoryEntry) -> Step:
    details = entry.details
    result = details.get("outcome_label") or (
        _("decided by table") if entry.kind == processes.HistoryKind.DECIDED else ""
    )
    return Step(entry.element_id, entry.name, entry.at, entry.actor_name, "completed", result)


def _fired(entry: processes.HistoryEntry) -> FiredRule:
    details = entry.details
    return FiredRule(
        name=entry.name or details.get("decision", ""),
        at=entry.at,
        rules=", ".join(str(rule) for rule in details.get("matched_rules", ())),
        inputs=tuple(_pairs(details.get("inputs") or {})),
        result=tuple(_pairs(details.get("result"))),
    )


def _pairs(value: Any) -> Iterator[tuple[str, str]]:
    shown = plain(value)
    if not isinstance(shown, Mapping):
        yield _("Result"), _text(shown)
        return
    for name, inner in shown.items():
        yield str(name), _text(inner)


def _text(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_text(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(_text(inner) for inner in value)
    return str(value)


def current_version(case_id: UUID) -> processes.ProcessVersion | None:
    """The version of the process that the case runs by."""
    instance = (
        processes.ProcessInstance.objects.filter(subject=case_id, parent_id=None)
        .select_related("version")
        .order_by("-started_at")
        .first()
    )
    return instance.version if instance is not None else None


@dataclass(frozen=True)
class Change:
    """Something that happened while somebody else was looking at the case."""

    at: datetime
    text: str
    who: str
    note: str


def state_mark(case_id: UUID) -> int:
    """Number of the last thing that happened in the case: what a page remembers to see changes."""
    newest = (
        records.TimelineEntry.objects.filter(case_id=case_id).order_by("-pk").values_list("pk", flat=True)
    )
    return newest.first() or 0


def changes_since(actor: Actor, case_id: UUID, mark: str) -> list[Change]:
    """What others (not the system's own filing) have done in the case since ``mark``."""
    if not mark.isdecimal():
        return []
    entries = records.TimelineEntry.objects.filter(case_id=case_id, pk__gt=int(mark[:18])).order_by("pk")
    others = entries.exclude(actor_name__in=[SYSTEM.name, actor.name])
    return [
        Change(
            at=entry.at,
            text=records.timeline_texts.render(entry.kind, entry.details, for_applicant=False),
            who=entry.actor_name,
            note=str(entry.details.get("reason") or entry.details.get("text") or ""),
        )
        for entry in others
    ]
