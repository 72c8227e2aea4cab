"""The part of a case's page that says what is to be done: instruction, form, ways to end the task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from rathaus.casework.models import TaskDraft
from rathaus.casework.queries.beside import Beside
from rathaus.casework.queries.case_file import Change, Outcome, language, outcomes_of
from rathaus.casework.queries.co_signatures import awaited_among, co_signatures_of
from rathaus.casework.queries.tray_rows import on_behalf_of
from rathaus.casework.services.task_drafts import entry_of
from rathaus.casework.services.tasks import task_form
from rathaus.engines.forms import public as forms
from rathaus.engines.processes import public as processes
from rathaus.identity.public import Actor
from rathaus.intake import public as intake


@dataclass(frozen=True, kw_only=True)
class TaskPanel:
    """Everything that working on a task needs."""

    task: processes.UserTask
    fields: SafeString
    outcomes: tuple[Outcome, ...]
    reason: str
    saved: TaskDraft | None
    errors: tuple[forms.FieldError, ...]
    changes: tuple[Change, ...]
    awaited: tuple[str, ...]
    on_behalf_of: str

    @property
    def asks_reason(self) -> bool:
        return any(outcome.reason != "none" for outcome in self.outcomes)

    @property
    def needs_reason_for(self) -> tuple[str, ...]:
        return tuple(outcome.label for outcome in self.outcomes if outcome.reason == "required")

    @property
    def reason_error(self) -> str:
        return next((error.message for error in self.errors if error.anchor == "begruendung"), "")


def panel_for(
    actor: Actor,
    application: intake.Application,
    task: processes.UserTask,
    *,
    entry: TaskDraft | None = None,
    errors: tuple[forms.FieldError, ...] = (),
    changes: tuple[Change, ...] = (),
    around: Beside | None = None,
) -> TaskPanel:
    """The panel of a task. What lies beside it (``around``) is read where the caller has not."""
    saved = entry or (around.draft_of(task.pk) if around else entry_of(actor, task))
    outcomes = tuple(outcomes_of(task))
    co_signatures = around.co_signatures if around else co_signatures_of(application.case_id)
    awaited = awaited_among(co_signatures) if outcomes else []
    return TaskPanel(
        task=task,
        fields=_fields(application, task, saved, errors),
        outcomes=outcomes,
        reason=saved.reason if saved else "",
        saved=saved,
        errors=errors,
        changes=changes,
        awaited=tuple(wanted.wanted_from for wanted in awaited),
        on_behalf_of=on_behalf_of(actor, task.assignee_id, task.unit_id),
    )


def _fields(
    application: intake.Application,
    task: processes.UserTask,
    saved: TaskDraft | None,
    errors: tuple[forms.FieldError, ...],
) -> SafeString:
    form_version = task_form(application, task)
    if form_version is None:
        return SafeString("")
    form = forms.compiled(form_version)
    data: Mapping[str, Any] = saved.draft.data if saved is not None and saved.draft is not None else {}
    pages = (
        forms.render_page(form, page.id, data=data, errors=errors, language=language()) for page in form.pages
    )
    return format_html_join("", "{}", ((page,) for page in pages))
