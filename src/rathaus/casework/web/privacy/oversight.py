"""For data protection and administration: who has read protected cases, and what is deleted by rule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from rathaus.casework.queries.readings import readings_of
from rathaus.casework.web.administration.guards import for_administrators, show_form
from rathaus.engines.records import public as records
from rathaus.identity.public import (
    ELSEWHERE,
    ActorRequest,
    CleanupRule,
    cleanup_rules,
    policies,
    rule_days,
    rules_with_runs,
    set_rule_days,
    staff_required,
)

MOST_CASES = 500


class DaysForm(forms.Form):
    days = forms.IntegerField(label=gettext_lazy("Kept for how many days"))

    def __init__(self, rule: CleanupRule, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = self.fields["days"].label
        self.fields["days"] = forms.IntegerField(label=label, min_value=rule.least, max_value=rule.most)


@require_safe
@staff_required
def readings(request: ActorRequest) -> HttpResponse:
    """The latest readings of protected cases: by whom, when, which case, what for. No contents."""
    if not policies.allows(request.actor, "records.see_reads"):
        raise PermissionDenied("records.see_reads")
    cases = records.Case.objects.filter(is_protected=True).order_by("-opened_at")[:MOST_CASES]
    return render(request, "casework/privacy/readings.html", {"readings": readings_of(cases)})


@require_safe
@staff_required
def rules(request: ActorRequest) -> HttpResponse:
    """What is deleted after how many days, on which legal basis, and what the last run did."""
    if not policies.allows(request.actor, "identity.see_cleanup"):
        raise PermissionDenied("identity.see_cleanup")
    context = {
        "rows": rules_with_runs(),
        "elsewhere": ELSEWHERE,
        "may_change": policies.allows(request.actor, "identity.manage_cleanup"),
    }
    return render(request, "casework/privacy/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def change_rule(request: ActorRequest, key: str) -> HttpResponse:
    rule = cleanup_rules.find(key)
    if rule is None:
        raise Http404

    form = DaysForm(rule, request.POST or None, initial={"days": rule_days(key)})
    back = reverse("casework:cleanup_rules")
    if form.is_valid():
        set_rule_days(actor=request.actor, key=key, days=form.cleaned_data["days"])
        messages.success(request, _("Saved."))
        return redirect("casework:cleanup_rules")
    return show_form(
        request, form, title=str(rule.title), submit=_("Save"), back=back,
        trail=((_("What is deleted by rule"), back),), intro=str(rule.basis),
    )  # fmt: skip
