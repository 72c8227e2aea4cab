"""Names of services by their slug, for lists."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.cache import caches
from django.utils.translation import get_language

from rathaus.blueprints import public as blueprints

_KEY = "casework.service_titles"
_SECONDS = 60


def service_titles() -> Mapping[str, str]:
    """Title of every installed service in the active language, by slug; a minute old at most."""
    titles: dict[str, dict[str, str]] | None = caches["pages"].get(_KEY)
    if titles is None:
        titles = {
            found.slug: found.current.descriptor.title.model_dump()
            for found in blueprints.installed_services()
            if found.current is not None
        }
        caches["pages"].set(_KEY, titles, _SECONDS)
    language = (get_language() or "de")[:2]
    named = {slug: title.get(language) or title["de"] for slug, title in titles.items()}
    return dict(sorted(named.items(), key=lambda item: item[1].lower()))
