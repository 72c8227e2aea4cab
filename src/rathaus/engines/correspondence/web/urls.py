"""Mounted at /amt/druck/."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "correspondence"

urlpatterns = [
    path("", views.print_room, name="print_room"),
    path("stapel/", views.make_batch, name="make_batch"),
    path("stapel/<uuid:batch_id>.pdf", views.download_batch, name="download_batch"),
    path("stapel/<uuid:batch_id>/versandt/", views.post_batch, name="post_batch"),
]
