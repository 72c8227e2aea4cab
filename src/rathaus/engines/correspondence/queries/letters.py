from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from ..models import Letter, LetterTemplateVersion


def letters_of(subject: UUID) -> QuerySet[Letter]:
    """The letters of a case, oldest first; whether the caller may see the case is the caller's question."""
    return Letter.objects.filter(subject=subject).defer("context").order_by("issued_at")


def current_version(key: str) -> LetterTemplateVersion | None:
    """The version of a template that was published last."""
    return LetterTemplateVersion.objects.filter(template__key=key).order_by("-number").first()
