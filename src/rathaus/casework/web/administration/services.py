"""The town's services: which version runs, who is responsible, on or off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rathaus.blueprints.public import Service, installed_services, switch_service
from rathaus.identity.public import ActorRequest, policies
from rathaus.kernel.public import text

from .guards import for_staff

INSTALL = "blueprints.install"


class SwitchForm(forms.Form):
    """The reason is what citizens read on the page of the service."""

    reason_de = forms.CharField(
        label=gettext_lazy("Reason in German"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One or two sentences: why, until when, and what to do instead."),
        error_messages={"required": gettext_lazy("Please say in German why the service is off.")},
    )
    reason_en = forms.CharField(
        label=gettext_lazy("Reason in English"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "en"}),
        error_messages={"required": gettext_lazy("Please say in English why the service is off.")},
    )

    def __init__(self, *args: Any, service: Service, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not service.is_active:
            self.fields.clear()


@require_safe
@for_staff
def services(request: ActorRequest) -> HttpResponse:
    rows = sorted(installed_services(), key=lambda service: _title(service).casefold())
    context = {
        "rows": [(service, _title(service)) for service in rows],
        "off": sum(not service.is_active for service in rows),
    }
    return render(request, "casework/administration/services.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def service(request: ActorRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(installed_services(), slug=slug)
    form = SwitchForm(service=found)
    if request.method == "POST":
        policies.check(request.actor, INSTALL)
        form = SwitchForm(request.POST, service=found)
        if form.is_valid():
            _switch(request, found, form)
            return redirect("casework:admin_service", slug=slug)
    return _show(request, found, form)


def _switch(request: ActorRequest, service: Service, form: SwitchForm) -> None:
    values = form.cleaned_data
    reason = {"de": values["reason_de"], "en": values["reason_en"]} if values else {}
    switch_service(actor=request.actor, service=service, is_active=not service.is_active, reason=reason)
    on = gettext("“%(title)s” is switched on. Citizens can apply at once.")
    off = gettext("“%(title)s” is switched off. Cases that run go on.")
    messages.success(request, (on if service.is_active else off) % {"title": _title(service)})


def _show(request: ActorRequest, service: Service, form: SwitchForm) -> HttpResponse:
    title = _title(service)
    context = {
        "service": service,
        "title": title,
        "form": form,
        "versions": service.versions.defer("content", "parts", "roles").order_by("-installed_at"),
        "may_switch": policies.allows(request.actor, INSTALL),
        "trail": [(_("Services"), reverse("casework:admin_services")), (title, "")],
    }
    status = 422 if form.errors else 200
    return render(request, "casework/administration/service.html", context, status=status)


def _title(service: Service) -> str:
    title = service.current.content.get("title") if service.current else None
    return text.localized(title, (get_language() or "de")[:2]) if title else service.slug
