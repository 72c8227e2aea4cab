"""Doing the work: completing a task of a case's process, with its form, its reasons and the letter that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from rathaus.blueprints import public as blueprints
from rathaus.casework.models import TaskDraft
from rathaus.casework.queries.co_signatures import awaited_co_signatures
from rathaus.casework.services.signing import is_co_signed_for
from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.forms import public as forms
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import Actor
from rathaus.intake import public as intake


class InvalidTaskData(ValueError):
    """The task's form has errors; ``errors`` name each field."""

    def __init__(self, errors: tuple[forms.FieldError, ...]) -> None:
        super().__init__("; ".join(f"{error.path}: {error.message}" for error in errors))
        self.errors = errors


class SignatureMissing(ValueError):
    """The decision sends a letter that this person may not sign; the text says what to do."""


class CoSignatureAwaited(ValueError):
    """Somebody has been asked to co-sign before the decision; the text says who."""


@dataclass(frozen=True)
class CheckedData:
    """A task form's data: as stored, and typed as FEEL reads them."""

    form_version: forms.FormVersion | None
    data: Mapping[str, Any]
    values: Mapping[str, object]


def complete_task(
    *,
    actor: Actor,
    task_id: UUID,
    outcome: str | None = None,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    language: str = "de",
    draft: forms.Draft | None = None,
) -> processes.UserTask:
    """Check the task's form, complete the task and let the process go on.

    ``data`` are canonical; files in them belong to ``draft`` where there is one. Raises InvalidTaskData,
    SignatureMissing, CoSignatureAwaited, or a processes.TaskError (not open, outcome unknown, reason missing);
    then nothing has changed.
    """
    task = processes.task_for(actor, task_id)
    if task is None:
        raise processes.TaskNotFound(_("This task is not open, or it is not yours to do."))
    application = intake.application_for(actor, task.subject)
    if actor.account_id is not None and actor.account_id == application.case.applicant_id:
        raise processes.TaskNotFound(
            _("This is your own matter. Somebody else has to decide on it.")
        )  # § 20 VwVfG
    checked = check_task_data(application, task, data or {}, language)
    require_signatures(actor, application, task, outcome)
    with transaction.atomic():
        _file_uploads(actor, application.case, checked, draft)
        done = move_on(actor, application, task, outcome, reason, checked)
        _note(actor, application.case, done)
        TaskDraft.objects.filter(task=task).delete()
        return done


def values_after(
    *,
    actor: Actor,
    application: intake.Application,
    task: processes.UserTask,
    outcome: str | None,
    reason: str,
    checked: CheckedData,
) -> dict[str, object]:
    """What letters could read if the task were completed like this: tried for real, then taken back.

    So a preview shows what decision tables after the task will say. Raises a processes.TaskError.
    """
    with transaction.atomic():
        move_on(actor, application, task, outcome, reason, checked)
        values = {**intake.feel_context(application), **processes.context_of(application.case_id)}
        transaction.set_rollback(True)
    application.case.refresh_from_db(fields=["state"])
    return values


def move_on(
    actor: Actor,
    application: intake.Application,
    task: processes.UserTask,
    outcome: str | None,
    reason: str,
    checked: CheckedData,
) -> processes.UserTask:
    """Complete the task; a case that had only been received is in progress from now on."""
    if application.case.state == records.CaseState.RECEIVED:
        records.set_case_state(actor=actor, case=application.case, state=records.CaseState.IN_PROGRESS)
    return processes.complete_task(
        actor=actor, task_id=task.id, outcome=outcome, reason=reason, data=checked.values
    )


def _note(actor: Actor, case: records.Case, task: processes.UserTask) -> None:
    label = next((item["label"] for item in task.outcomes if item["key"] == task.outcome), "")
    records.add_timeline_entry(
        actor=actor,
        case=case,
        kind="task_done",
        details={"task": task.name, "outcome": label, "reason": task.reason},
    )


def check_task_data(
    application: intake.Application, task: processes.UserTask, data: Mapping[str, Any], language: str = "de"
) -> CheckedData:
    """Validate ``data`` against the task's form, if it has one. Raises InvalidTaskData."""
    form_version = task_form(application, task)
    if form_version is None:
        return CheckedData(None, {}, {})
    form = forms.compiled(form_version)
    validation = form.validate(data, language=language)
    if not validation.ok:
        raise InvalidTaskData(validation.errors)
    return CheckedData(form_version, validation.data, form.feel_context(validation.data))


def task_form(application: intake.Application, task: processes.UserTask) -> forms.FormVersion | None:
    """The form that belongs to a task, in the version that the application's service has."""
    if not task.form_key:
        return None
    return blueprints.task_forms_of(application.service_version_id)[task.form_key]


def letter_of_outcome(
    application: intake.Application, task: processes.UserTask, outcome: str | None
) -> correspondence.LetterTemplateVersion | None:
    """The letter that an outcome will send, as the process names it; None if it sends none."""
    key = next((item.get("letter") for item in task.outcomes if item["key"] == outcome), None)
    return intake.letter_of(application, key) if key else None


def require_signatures(
    actor: Actor, application: intake.Application, task: processes.UserTask, outcome: str | None
) -> None:
    """Raises CoSignatureAwaited while one is open, SignatureMissing where the letter needs another signature."""
    awaited = awaited_co_signatures(application.case_id)
    if awaited and task.outcomes:
        names = ", ".join(wanted.wanted_from for wanted in awaited)
        raise CoSignatureAwaited(_("The co-signature is still missing: %(names)s.") % {"names": names})
    letter = letter_of_outcome(application, task, outcome)
    if letter is None or correspondence.may_sign(actor, letter):
        return
    if not is_co_signed_for(application.case_id, letter):
        raise SignatureMissing(
            _("You may not sign this letter. Ask for a co-signature, or hand the task to somebody who may.")
        )


def _file_uploads(actor: Actor, case: records.Case, checked: CheckedData, draft: forms.Draft | None) -> None:
    if checked.form_version is None or not forms.has_files(checked.data):
        return
    submission = forms.record_submission(
        form_version=checked.form_version, data=checked.data, language="de", draft=draft, actor=actor
    )
    for upload in forms.uploads_of(submission):
        records.file_document(
            actor=actor,
            case=case,
            title=upload.file_name,
            kind="attachment",
            direction="internal",
            blob=upload.blob,
            file_name=upload.file_name,
            media_type=upload.media_type,
            visible_to_applicant=False,
        )
