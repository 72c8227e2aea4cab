from __future__ import annotations

from django.urls import path

from . import views

app_name = "processes"
urlpatterns = [
    path("vorfaelle/", views.incidents, name="incidents"),
    path("vorfaelle/<uuid:incident_id>/", views.incident, name="incident"),
    path("vorfaelle/<uuid:incident_id>/wiederholen/", views.retry, name="retry_incident"),
    path("vorfaelle/<uuid:incident_id>/erledigen/", views.resolve, name="resolve_incident"),
]
