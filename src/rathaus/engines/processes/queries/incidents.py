from __future__ import annotations

import uuid

from django.db.models import QuerySet

from ..enums import IncidentState
from ..models import Incident


def open_incidents() -> QuerySet[Incident]:
    """The open incidents, newest first. For administrators: `processes.see_incidents`."""
    return (
        Incident.objects.filter(state=IncidentState.OPEN)
        .select_related("instance__version__definition")
        .defer("instance__version__xml", "instance__version__model", "instance__version__decisions")
        .order_by("-raised_at")
    )


def incident(incident_id: uuid.UUID) -> Incident | None:
    """An incident with its instance and version, open or not."""
    return (
        Incident.objects.filter(pk=incident_id)
        .select_related("instance__version__definition")
        .defer("instance__version__xml", "instance__version__model", "instance__version__decisions")
        .first()
    )
