"""The API's root: routers of the apps under ``/api/v1/``, described by ``openapi.json``."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import path
from ninja import NinjaAPI

ROUTERS = (
    ("", "rathaus.portal.api"),
    ("/leistungen", "rathaus.blueprints.api"),
    ("/eingang", "rathaus.intake.api"),
)

api = NinjaAPI(
    title="Rathaus",
    version="1",
    description="Was das Portal kann, für andere Programme.",
    urls_namespace="api",
    docs_url=None,  # the ready-made page of documentation needs scripts that our policy refuses
)
for _prefix, _module in ROUTERS:
    if find_spec(_module) is not None:
        api.add_router(_prefix, import_module(_module).router)

urlpatterns = [path("", api.urls)]
