"""Mounted at /amt/druck/."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from rathaus.identity.public import Role
from rathaus.ui.public import NavItem, navigation

from ..queries.printing import waiting_count
from . import views

app_name = "correspondence"

urlpatterns = [
    path("", views.print_room, name="print_room"),
    path("stapel/", views.make_batch, name="make_batch"),
    path("stapel/<uuid:batch_id>.pdf", views.download_batch, name="download_batch"),
    path("stapel/<uuid:batch_id>/versandt/", views.post_batch, name="post_batch"),
]

# Here and not in apps.py: the entry must not exist where the site does not mount these addresses.
navigation.register(
    NavItem(
        area="desk",
        label=_("Print room"),
        url_name="correspondence:print_room",
        order=80,
        role=Role.MAILROOM,
        icon="mail",
        counter=waiting_count,
    )
)
