"""Everything about a service that receiving an application needs, compiled once for each version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from rathaus.blueprints import public as blueprints
from rathaus.engines.forms import public as forms
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import OrganizationalUnit


@dataclass(frozen=True, kw_only=True)
class ServicePlan:
    """A service's current version, ready to receive: form compiled, file plan entry and roles found."""

    service: blueprints.Service
    version: blueprints.ServiceVersion
    descriptor: blueprints.Descriptor
    form: forms.CompiledForm
    file_plan_entry: records.FilePlanEntry
    routing: Mapping[str, processes.RoleTarget]


def plan_for(slug: str) -> ServicePlan:
    """Return the plan of a service's current version. Raises blueprints.ServiceUnknown."""
    service = blueprints.service(slug)
    assert service.current_id is not None  # service() finds only what has a version
    parts = _version_parts(service.current_id)
    return ServicePlan(
        service=service,
        version=parts.version,
        descriptor=parts.version.descriptor,
        form=forms.compiled(parts.version.form_version),
        file_plan_entry=parts.file_plan_entry,
        routing=parts.routing,
    )


@dataclass(frozen=True)
class _VersionParts:
    version: blueprints.ServiceVersion
    file_plan_entry: records.FilePlanEntry
    routing: Mapping[str, processes.RoleTarget]


@lru_cache(maxsize=256)
def _version_parts(version_id: UUID) -> _VersionParts:
    """A version never changes, so what belongs to it is read once for each process."""
    version = blueprints.service_version(version_id)
    units = dict(OrganizationalUnit.objects.values_list("code", "id"))
    routing = {
        key: processes.RoleTarget(unit_id=units[role["unit"]], post_role=role["post_role"])
        for key, role in version.roles.items()
    }
    entry = records.file_plan_entry(version.descriptor.file_plan)
    return _VersionParts(version, entry, routing)


def forget_plans() -> None:
    """Forget what was read: for tests, and when units or the file plan change."""
    _version_parts.cache_clear()
