"""Published forms, compiled once in each process."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from threading import Lock

from ..compiled.form import CompiledForm, load_definition
from ..models import FormVersion

MAX_COMPILED = 400
_compiled: OrderedDict[uuid.UUID, CompiledForm] = OrderedDict()
_lock = Lock()


def compiled(form_version: FormVersion) -> CompiledForm:
    """Return the compiled form of a version. Versions never change, so it is kept by id."""
    with _lock:
        form = _compiled.get(form_version.pk)
        if form is not None:
            _compiled.move_to_end(form_version.pk)
            return form
    form = load_definition(form_version.content)
    with _lock:
        _compiled[form_version.pk] = form
        while len(_compiled) > MAX_COMPILED:
            _compiled.popitem(last=False)
    return form


def current_version(key: str) -> FormVersion | None:
    """Return the newest version of a form."""
    return FormVersion.objects.filter(definition__key=key).order_by("-number").first()
