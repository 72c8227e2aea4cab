"""What a clerk has typed into a task is kept, also when it is wrong or somebody else was faster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from rathaus.casework.models import TaskDraft
from rathaus.engines.forms import public as forms
from rathaus.engines.processes import public as processes
from rathaus.identity.public import Actor
from rathaus.kernel.public import clock


@dataclass(frozen=True)
class Typed:
    """What was typed, and what is wrong with it. ``again`` asks for the same page: a button inside the form."""

    entry: TaskDraft
    errors: tuple[forms.FieldError, ...] = ()
    again: bool = False

    @property
    def data(self) -> Mapping[str, Any]:
        return self.entry.draft.data if self.entry.draft is not None else {}


def entry_of(actor: Actor, task: processes.UserTask) -> TaskDraft | None:
    """What the actor has typed into the task before."""
    return (
        TaskDraft.objects.select_related("draft__form_version")
        .filter(task=task, account_id=actor.account_id)
        .first()
    )


def keep(
    *,
    actor: Actor,
    task: processes.UserTask,
    form_version: forms.FormVersion | None,
    post: QueryDict,
    files: MultiValueDict[str, Any],
    language: str,
) -> Typed:
    """Keep a post of the task's page, right or wrong; files are stored at once."""
    assert actor.account_id is not None  # only people fill in forms
    entry = entry_of(actor, task) or TaskDraft(task=task, account_id=actor.account_id)
    entry.reason = post.get("begruendung", "").replace("\x00", "")[:20_000]
    entry.outcome = post.get("ergebnis", "").replace("\x00", "")[:100]
    entry.updated_at = clock.now()
    errors: tuple[forms.FieldError, ...] = ()
    again = False
    if form_version is not None:
        if entry.draft is None or entry.draft.form_version_id != form_version.pk or entry.draft.submitted_at:
            entry.draft = forms.start_draft(actor=actor, form_version=form_version, language=language).draft
        for page in forms.compiled(form_version).pages:
            parsed = forms.save_page(
                actor=actor, draft=entry.draft, page_id=page.id, post=post, files=files, language=language
            )
            errors += parsed.errors
            again = again or bool(parsed.action)
    entry.save()
    return Typed(entry, errors, again)


def forget(*, actor: Actor, task: processes.UserTask) -> None:
    """Begin the task's form anew."""
    entry = entry_of(actor, task)
    if entry is None:
        return
    if entry.draft is not None and entry.draft.submitted_at is None:
        forms.discard_draft(actor=actor, draft=entry.draft)
    entry.delete()
