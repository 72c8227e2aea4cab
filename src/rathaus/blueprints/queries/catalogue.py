"""Reading the catalogue: what a citizen can do here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from rathaus.blueprints.models import LifeSituation, Service, ServiceTaskForm, ServiceVersion
from rathaus.engines.forms.public import FormVersion


class ServiceUnknown(LookupError):
    """No service of that name is installed."""


def installed_services() -> QuerySet[Service]:
    """Every service that has a version, with version and unit, in one query."""
    known = Service.objects.filter(current__isnull=False).select_related("current", "unit")
    return known.defer("current__parts")  # every file of the blueprint, for comparing installations only


def service(slug: str) -> Service:
    """Return the service with version and unit. Raises ServiceUnknown."""
    try:
        return installed_services().select_related("unit__access_set").get(slug=slug)
    except Service.DoesNotExist:
        raise ServiceUnknown(slug) from None


def service_version(version_id: UUID) -> ServiceVersion:
    """Return a version with its form, process, letters and task forms."""
    return (
        ServiceVersion.objects.select_related("service__unit", "form_version", "process_version")
        .prefetch_related("letters__template_version", "task_forms__form_version")
        .get(pk=version_id)
    )


@lru_cache(maxsize=256)
def task_forms_of(version_id: UUID) -> Mapping[str, FormVersion]:
    """The task forms of a version by their key. A version never changes, so they are read once for each process."""
    forms = ServiceTaskForm.objects.filter(service_version_id=version_id).select_related("form_version")
    return MappingProxyType({form.key: form.form_version for form in forms.defer("form_version__content")})


def life_situations() -> QuerySet[LifeSituation]:
    """Life situations in the town's order, each with its installed services."""
    return LifeSituation.objects.prefetch_related(Prefetch("services", installed_services()))
