"""Every address of the town hall, composed from the apps' own."""

from __future__ import annotations

from django.urls import include, path

MOUNTS = (
    ("", "rathaus.ui.web.urls"),
    ("", "rathaus.operations.web.urls"),
    ("zugang/", "rathaus.identity.web.urls"),
    ("zugang/demo/", "rathaus.adapters.demo_eid.web.urls"),
    ("konto/", "rathaus.portal.web.account_urls"),
    ("amt/", "rathaus.casework.web.urls"),
    ("amt/prozesse/", "rathaus.engines.processes.web.urls"),
    ("amt/druck/", "rathaus.engines.correspondence.web.urls"),
    ("api/v1/", "rathaus.site.api"),
    ("", "rathaus.portal.web.urls"),
)

urlpatterns = [path(prefix, include(module)) for prefix, module in MOUNTS]

handler400 = "rathaus.ui.web.views.bad_request"
handler403 = "rathaus.ui.web.views.permission_denied"
handler404 = "rathaus.ui.web.views.not_found"
handler500 = "rathaus.ui.web.views.server_error"
