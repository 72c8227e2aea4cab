"""Installing a blueprint: what was a folder becomes the service's current version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from rathaus.blueprints.bundle.checker import check_bundle, environment_of
from rathaus.blueprints.bundle.parts import Difference, difference, digest_of, parts_of
from rathaus.blueprints.bundle.reader import Bundle, Reports, read_bundle
from rathaus.blueprints.events import ServiceInstalled
from rathaus.blueprints.models import LifeSituation, Service, ServiceLetter, ServiceTaskForm, ServiceVersion
from rathaus.blueprints.rules import INSTALL
from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.forms import public as forms
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import Actor, OrganizationalUnit, policies
from rathaus.kernel.public import audit, clock, events, findings


class BlueprintRefused(ValueError):
    """The blueprint does not pass its check; ``reports`` say where and why."""

    def __init__(self, reports: list[findings.FileReport]) -> None:
        super().__init__("Die Blaupause besteht ihre Prüfung nicht.")
        self.reports = reports


@dataclass(frozen=True, kw_only=True)
class InstallationPlan:
    """What an installation would do. ``reports`` are the check's, one for each file."""

    bundle: Bundle
    reports: list[findings.FileReport]
    difference: Difference
    installed_version: str | None


def plan_installation(folder: Path, *, unit_map: Mapping[str, str] | None = None) -> InstallationPlan:
    """Check a folder and compare it with what is installed. Raises BlueprintRefused."""
    reports = Reports(folder)
    bundle = read_bundle(folder, reports)
    if bundle is not None:
        check_bundle(bundle, reports)
        return _plan(bundle, unit_map or {}, reports)
    raise BlueprintRefused(reports.as_reports())


def _plan(bundle: Bundle, unit_map: Mapping[str, str], reports: Reports) -> InstallationPlan:
    """Hold the blueprint against this town: its units, its file plan, and what is installed."""
    installed = Service.objects.filter(slug=bundle.descriptor.slug).select_related("current").first()
    current = installed.current if installed else None
    change = difference(current.parts if current else {}, parts_of(bundle))
    _check_units(bundle, unit_map, reports)
    path, descriptor = bundle.folder / "blueprint.yaml", bundle.descriptor
    if not any(entry.code == descriptor.file_plan for entry in records.file_plan()):
        message = f"Der Aktenplan hat keine Position „{descriptor.file_plan}“. Legen Sie sie an."
        reports.refuse(path, "file_plan", message, "file_plan")
    if current is not None and not change.is_empty and current.version == descriptor.version:
        message = f"Version {current.version} ist mit anderem Inhalt installiert. Erhöhen Sie die Version."
        reports.refuse(path, "version", message, "version")
    found = reports.as_reports()
    if not all(report.ok for report in found):
        raise BlueprintRefused(found)
    return InstallationPlan(
        bundle=bundle,
        reports=found,
        difference=change,
        installed_version=current.version if current else None,
    )


@transaction.atomic
def install_blueprint(
    *, actor: Actor, plan: InstallationPlan, unit_map: Mapping[str, str] | None = None
) -> ServiceVersion:
    """Publish form, letters and process, and make them the service's current version.

    The same content again is the same version. Running cases keep the version they began with.
    """
    policies.check(actor, INSTALL)
    bundle, descriptor = plan.bundle, plan.bundle.descriptor
    units = {unit.code: unit for unit in OrganizationalUnit.objects.all()}
    mapping = unit_map or {}
    service, _ = Service.objects.get_or_create(
        slug=descriptor.slug,
        defaults={"unit": units[mapping.get(descriptor.unit, descriptor.unit)]},
    )
    parts = parts_of(bundle)
    version = service.versions.filter(digest=digest_of(parts)).first()
    if version is None:
        version = _publish(actor, bundle, service, parts, mapping)
    service.current = version
    service.unit = units[mapping.get(descriptor.unit, descriptor.unit)]
    service.is_active = descriptor.active
    service.inactive_reason = descriptor.inactive_reason.model_dump() if descriptor.inactive_reason else {}
    service.save()
    service.life_situations.set(LifeSituation.objects.filter(key__in=descriptor.life_situations))
    audit.append(
        actor=actor.audit_name,
        action="blueprints.installed",
        subject=f"blueprints.service:{service.slug}",
        details={"version": version.version, "digest": version.digest},
    )
    events.emit(ServiceInstalled(slug=service.slug, service_version_id=version.id))
    return version


def _check_units(bundle: Bundle, unit_map: Mapping[str, str], reports: Reports) -> None:
    """Every unit that the blueprint names must exist in this town, under its own or a mapped code."""
    known = set(OrganizationalUnit.objects.values_list("code", flat=True))
    named = {"unit": bundle.descriptor.unit}
    named |= {f"roles.{key}.unit": role.unit for key, role in bundle.descriptor.roles.items()}
    for place, code in named.items():
        if unit_map.get(code, code) not in known:
            message = f"Die Dienststelle „{code}“ gibt es hier nicht. Ordnen Sie sie mit --map {code}=… zu."
            reports.refuse(bundle.folder / "blueprint.yaml", "unit", message, place)


def _publish(
    actor: Actor, bundle: Bundle, service: Service, parts: dict[str, str], unit_map: Mapping[str, str]
) -> ServiceVersion:
    descriptor = bundle.descriptor
    form = _publish_form(actor, bundle, descriptor.slug, bundle.form)
    task_forms = {
        key: _publish_form(actor, bundle, f"{descriptor.slug}/{key}", text)
        for key, text in bundle.task_forms.items()
    }
    letters = {
        key: correspondence.publish_letter(actor=actor, key=f"{descriptor.slug}/{key}", source=source)
        for key, source in bundle.letters.items()
    }
    compiled = {key: forms.compiled(form_version) for key, form_version in task_forms.items()}
    process = processes.deploy_process(
        actor=actor,
        key=descriptor.slug,
        xml=bundle.process,
        decisions=bundle.decisions,
        environment=environment_of(bundle, forms.compiled(form), compiled),
    )
    version = ServiceVersion.objects.create(
        service=service,
        version=descriptor.version,
        digest=digest_of(parts),
        parts=parts,
        content=descriptor.model_dump(mode="json", by_alias=True),
        roles={
            key: {"unit": unit_map.get(role.unit, role.unit), "post_role": role.post_role}
            for key, role in descriptor.roles.items()
        },
        form_version=form,
        process_version=process,
        installed_at=clock.now(),
    )
    ServiceTaskForm.objects.bulk_create(
        ServiceTaskForm(service_version=version, key=key, form_version=value)
        for key, value in task_forms.items()
    )
    ServiceLetter.objects.bulk_create(
        ServiceLetter(service_version=version, key=key, template_version=value)
        for key, value in letters.items()
    )
    return version


def _publish_form(actor: Actor, bundle: Bundle, key: str, text: str) -> forms.FormVersion:
    return forms.publish_form(actor=actor, key=key, content=text, code_lists=bundle.code_lists)
