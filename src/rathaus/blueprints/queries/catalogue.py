"""Reading the catalogue: what a citizen can do here."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch, QuerySet

from rathaus.blueprints.models import LifeSituation, Service, ServiceVersion


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


def life_situations() -> QuerySet[LifeSituation]:
    """Life situations in the town's order, each with its installed services."""
    return LifeSituation.objects.prefetch_related(Prefetch("services", installed_services()))
