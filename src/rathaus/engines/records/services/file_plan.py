from __future__ import annotations

from django.db import transaction

from rathaus.engines.records.models import FilePlanEntry
from rathaus.identity.public import Actor, OrganizationalUnit, policies
from rathaus.kernel.public import audit


@transaction.atomic
def create_file_plan_entry(
    *,
    actor: Actor,
    code: str,
    title: str,
    parent: FilePlanEntry | None = None,
    retention_years: int = 10,
    unit: OrganizationalUnit | None = None,
    file_pattern: str | None = None,
    case_pattern: str | None = None,
) -> FilePlanEntry:
    """Add an entry to the file plan (Aktenplan). Raises ValidationError, also for a bad pattern."""
    policies.check(actor, "records.manage_file_plan")
    entry = FilePlanEntry(code=code, title=title, parent=parent, retention_years=retention_years, unit=unit)
    entry.file_pattern = file_pattern or entry.file_pattern
    entry.case_pattern = case_pattern or entry.case_pattern
    entry.full_clean()
    entry.save()
    audit.append(
        actor=actor.audit_name,
        action="records.file_plan_entry_created",
        subject=f"records.file_plan:{code}",
        details={"retention_years": retention_years},
    )
    return entry
