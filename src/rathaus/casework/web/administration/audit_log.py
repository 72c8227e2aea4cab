"""The audit log: who did what, and whether the chain still tells what was written."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from rathaus.casework.queries.audit_log import Filters, chain_state, log_page
from rathaus.identity.public import ActorRequest
from rathaus.kernel.public import audit

from .audit_texts import ACTIONS, label_of
from .guards import DayField, check_order, for_administrators

# Some 10,000 entries a second on a small machine; longer chains are checked at the command line.
MAX_CHECKED = 50_000
MAX_FINDINGS = 50


class FilterForm(forms.Form):
    """What to look for."""

    subject = forms.CharField(
        label=_("Subject"),
        required=False,
        max_length=150,
        help_text=_("Beginning is enough, for example identity.unit: or records.case:"),
    )
    actor = forms.CharField(
        label=_("Who"), required=False, max_length=100, help_text=_("Name, e-mail address, or “system”.")
    )
    action = forms.ChoiceField(label=_("What was done"), required=False)
    first = DayField(label=_("From day"), required=False)
    last = DayField(label=_("To day"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        action = self.fields["action"]
        assert isinstance(action, forms.ChoiceField)
        labels = sorted(((code, str(label)) for code, label in ACTIONS.items()), key=lambda pair: pair[1])
        action.choices = [("", _("everything")), *labels]

    def clean(self) -> None:
        check_order(self, "first", "last")


@require_safe
@for_administrators
def log(request: ActorRequest) -> HttpResponse:
    return _show(request)


def _show(request: ActorRequest, **more: object) -> HttpResponse:
    form = FilterForm(request.GET)
    before = request.GET.get("vor", "")
    is_valid = form.is_valid()
    page = (
        log_page(Filters(**form.cleaned_data), int(before[:18]) if before.isdecimal() else None)
        if is_valid
        else None
    )
    query = request.GET.copy()
    query.pop("vor", None)
    context = {
        "form": form,
        "rows": [(row, label_of(row.entry.action)) for row in page.rows] if page else [],
        "older": page.older if page else None,
        "query": query.urlencode(),
        "is_filtered": any(query.values()),
        "is_first": not before,
        "chain": chain_state(),
        **more,
    }
    return render(request, "casework/administration/audit.html", context, status=200 if is_valid else 422)


@require_POST
@for_administrators
def verify(request: ActorRequest) -> HttpResponse:
    """Walk the chain and say in plain words what came out; the check itself is on record as well."""
    if audit.head().position > MAX_CHECKED:
        return _show(request, is_too_long=True)
    findings = audit.verify()
    audit.append(
        actor=request.actor.audit_name,
        action="kernel.audit_verified",
        subject="kernel.audit",
        details={"findings": len(findings)},
    )
    return _show(
        request,
        is_checked=True,
        findings=findings[:MAX_FINDINGS],
        more_findings=max(len(findings) - MAX_FINDINGS, 0),
    )
