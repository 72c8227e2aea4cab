"""What the law asks every public site to say."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def imprint(request: HttpRequest) -> HttpResponse:
    """Impressum (§ 5 DDG)."""
    return render(request, "portal/imprint.html")


@require_safe
def data_protection(request: HttpRequest) -> HttpResponse:
    """Datenschutzerklärung (Art. 13 GDPR)."""
    return render(request, "portal/data_protection.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Erklärung zur Barrierefreiheit (§ 14 HBGG, § 12b BGG)."""
    return render(request, "portal/accessibility.html")
