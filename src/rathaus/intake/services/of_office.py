"""Cases that the town opens by itself: a process of a service begins by a timer or a message."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid4

from rathaus.blueprints.public import Service
from rathaus.engines.forms import public as forms
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM
from rathaus.intake.enums import Channel
from rathaus.intake.models import Application
from rathaus.intake.queries.plans import ServicePlan, plan_for
from rathaus.kernel.public import audit, clock, timelimits


class CaseStarter:
    """Fills the port `process_starter` of the process engine."""

    def open(
        self, version: processes.ProcessVersion, *, subject: UUID | None, payload: Mapping[str, object]
    ) -> processes.StartContext | None:
        """The case for a process that begins by itself; None where its service is switched off or was replaced."""
        slug = Service.objects.filter(current__process_version=version, is_active=True).values_list(
            "slug", flat=True
        )
        found = slug.first()
        if found is None:
            return None
        plan = plan_for(found)
        case = _open_case(plan) if subject is None else records.case_by_id(subject)
        if case.case_type != found:  # a message in a case of another service begins nothing of this one
            return None
        return processes.StartContext(
            subject=case.id,
            routing=plan.routing,
            access_set_id=case.access_set_id if case.is_protected else None,
        )


def _open_case(plan: ServicePlan) -> records.Case:
    """A case without applicant, led by the service's unit, with an empty form."""
    now, unit = clock.now(), plan.service.unit
    case = records.open_case(
        actor=SYSTEM,
        case_type=plan.service.slug,
        title=plan.descriptor.title.de,
        plan_entry=plan.file_plan_entry,
        unit=unit,
        channel=Channel.OFFICE.value,
        due_on=timelimits.add_working_days(now.date(), plan.descriptor.target_working_days),
        retention_years=plan.descriptor.retention_years,
        opened_at=now,
    )
    if plan.descriptor.protected:
        records.protect_case(actor=SYSTEM, case=case, origin=records.Protection.SERVICE)
    submission = forms.record_submission(
        form_version=plan.version.form_version, data={}, language="de", draft=None, actor=SYSTEM
    )
    Application.objects.create(
        case=case,
        service_version=plan.version,
        submission=submission,
        channel=Channel.OFFICE,
        token=f"office-{uuid4().hex}",
        applicant={"name": unit.name},
        received_at=now,
    )
    audit.append(
        actor=SYSTEM.audit_name,
        action="intake.opened_of_office",
        subject=f"records.case:{case.id}",
        details={"service": plan.service.slug, "version": plan.version.version},
    )
    return case
