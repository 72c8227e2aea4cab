"""Drawing a page of a form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.safestring import SafeString

from .compiled.form import CompiledForm
from .results import FieldError


def render_page(
    form: CompiledForm,
    page_id: str,
    *,
    data: Mapping[str, Any],
    errors: Iterable[FieldError] = (),
    language: str = "de",
    prefill: Mapping[str, Any] | None = None,
) -> SafeString:
    """Return the fields of a page as HTML for inside the caller's <form method="post" enctype="multipart/form-data">.

    ``prefill`` has what is known of the person (given_name, family_name, email, address, ...); it stands in a page
    that has not been filled in yet. Raises KeyError for an unknown page.
    """
    return form.render_page(page_id, data=data, errors=errors, language=language, prefill=prefill)
