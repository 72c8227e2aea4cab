"""What every page's template knows: the town, and a version for its stylesheet."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from rathaus.ui import appearance


def page(request: HttpRequest) -> dict[str, object]:
    """Return the variables of the base template; nothing is read before a template asks."""
    return {
        "town": SimpleLazyObject(appearance.current_town),
        "town_stylesheet_version": SimpleLazyObject(appearance.stylesheet_version),
        "return_path": request.get_full_path() if request.method == "GET" else "/",
    }
