"""Signing authorities: which role of a unit signs which letters, up to which amount."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rathaus.engines.correspondence.public import (
    LetterKind,
    SigningAuthority,
    grant_signing_authority,
    revoke_signing_authority,
)
from rathaus.identity.public import ActorRequest, OrganizationalUnit, Role, policies, units
from rathaus.kernel.public import money

from .guards import for_administrators, for_staff, show_form

MANAGE = "correspondence.manage_signing"
SIGNING_ROLES = (Role.HEAD, Role.CASE_WORKER, Role.TREASURER)
MAX_AMOUNT = Decimal("9999999999.99")


class SigningForm(forms.Form):
    """A unit's role signs; granting again for the same role replaces what was granted."""

    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"), error_messages={"required": gettext_lazy("Please choose a unit.")}
    )
    post_role = forms.ChoiceField(
        label=gettext_lazy("Who signs"),
        choices=[(role.value, role.label) for role in SIGNING_ROLES],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please choose who signs.")},
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Which letters"),
        choices=LetterKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nothing chosen means all letters."),
    )
    amount_limit = forms.CharField(
        label=gettext_lazy("Up to this amount in euro"),
        required=False,
        max_length=24,
        help_text=gettext_lazy("For example 1.000,00. Leave it empty if there is no limit."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._units = {found.code: found for found in units()}
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ChoiceField)
        choices = [(code, found.name) for code, found in self._units.items()]
        unit.choices = [("", gettext("Please choose")), *choices]

    def clean_unit(self) -> OrganizationalUnit:
        return self._units[self.cleaned_data["unit"]]

    def clean_amount_limit(self) -> Decimal | None:
        written = self.cleaned_data["amount_limit"].strip()
        if not written:
            return None
        try:
            amount = money.parse(written)
        except money.InvalidAmount:
            amount = Decimal(-1)
        if not 0 <= amount <= MAX_AMOUNT:
            raise forms.ValidationError(gettext("Please enter an amount in euro, for example 1.000,00."))
        return amount


@require_safe
@for_staff
def authorities(request: ActorRequest) -> HttpResponse:
    granted = SigningAuthority.objects.select_related("unit").order_by("unit__name", "post_role")
    labels = dict(Role.choices)
    context = {
        "rows": [(row, labels.get(row.post_role, row.post_role), _kinds(row)) for row in granted],
        "may_manage": policies.allows(request.actor, MANAGE),
    }
    return render(request, "casework/administration/signing.html", context)


def _kinds(authority: SigningAuthority) -> list[str]:
    return [str(LetterKind(kind).label) for kind in authority.kinds]


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def grant(request: ActorRequest) -> HttpResponse:
    form = SigningForm(request.POST or None, initial={"unit": request.GET.get("amt", "")})
    if form.is_valid():
        authority = grant_signing_authority(actor=request.actor, **form.cleaned_data)
        messages.success(request, _("Noted for %(unit)s.") % {"unit": authority.unit})
        return redirect("casework:admin_signing")
    back = reverse("casework:admin_signing")
    return show_form(
        request, form, title=_("New signing authority"), submit=_("Grant authority"),
        back=back, trail=((_("Signing authorities"), back),),
        intro=_("As soon as a unit has one authority, only those named sign for it. "
                "Without any, its case workers and heads sign what they decide."),
    )  # fmt: skip


@require_POST
@for_administrators
def revoke(request: ActorRequest, authority_id: int) -> HttpResponse:
    authority = get_object_or_404(SigningAuthority.objects.select_related("unit"), pk=authority_id)
    revoke_signing_authority(actor=request.actor, authority=authority)
    messages.success(request, _("The authority is revoked for %(unit)s.") % {"unit": authority.unit})
    return redirect("casework:admin_signing")
