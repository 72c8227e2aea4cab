"""Mounted at the root: what machines ask, and the switch of maintenance mode on the desk."""

from __future__ import annotations

from django.urls import path

from rathaus.operations import probes
from rathaus.operations.web import views

app_name = "operations"
urlpatterns = [
    path("readyz", probes.readyz, name="readyz"),
    path("metrics", probes.metrics_page, name="metrics"),
    path("amt/wartung/", views.maintenance, name="maintenance"),
]
