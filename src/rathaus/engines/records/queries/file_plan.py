from __future__ import annotations

from django.db.models import QuerySet

from rathaus.engines.records.errors import FilePlanEntryUnknown
from rathaus.engines.records.models import FilePlanEntry


def file_plan() -> QuerySet[FilePlanEntry]:
    """The whole file plan (Aktenplan) in the order of its codes."""
    return FilePlanEntry.objects.select_related("parent", "unit").order_by("code")


def file_plan_entry(code: str) -> FilePlanEntry:
    """The entry of a code. Raises FilePlanEntryUnknown."""
    entry = FilePlanEntry.objects.filter(code=code).first()
    if entry is None:
        raise FilePlanEntryUnknown(code)
    return entry
