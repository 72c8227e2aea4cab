"""Publishing forms."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from rathaus.identity.public import Actor, policies
from rathaus.kernel.public import audit, events

from ..compiled.form import load_definition
from ..definition.report import InvalidForm, Report
from ..definition.source import read_source
from ..events import FormPublished
from ..models import FormDefinition, FormVersion


@transaction.atomic
def publish_form(
    *,
    actor: Actor,
    key: str,
    content: str | bytes | Mapping[str, Any],
    code_lists: Mapping[str, Any] | None = None,
) -> FormVersion:
    """Make a definition the newest version of ``key``. The same content is the same version.

    Code lists from outside are stored with the version, so that it stays what it was. Raises InvalidForm.
    """
    policies.check(actor, "forms.publish_form")
    plain = _self_contained(content, code_lists or {})
    load_definition(plain)
    digest = hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    definition, _created = FormDefinition.objects.get_or_create(key=key)
    known = definition.versions.filter(digest=digest).first()
    if known is not None:
        return known
    newest = definition.versions.aggregate(newest=Max("number"))["newest"] or 0
    version = FormVersion.objects.create(
        definition=definition, number=newest + 1, content=plain, digest=digest
    )
    audit.append(
        actor=actor.audit_name,
        action="forms.publish_form",
        subject=f"forms.form_version:{version.pk}",
        details={"key": key, "number": version.number, "digest": digest},
    )
    events.emit(FormPublished(form_version_id=version.pk, key=key, number=version.number))
    return version


def _self_contained(
    content: str | bytes | Mapping[str, Any], code_lists: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the definition as JSON data with the code lists that it uses."""
    report = Report()
    raw = read_source(content, report)
    if raw is None or read_source(code_lists, report) is None:
        raise InvalidForm(report.findings)
    own = raw.get("code_lists")
    lists = {**code_lists, **own} if isinstance(own, Mapping) else dict(code_lists)
    used = {name: lists[name] for name in sorted(_used_lists(raw.get("pages"))) if name in lists}
    merged = {**raw, "code_lists": {**used, **(own if isinstance(own, Mapping) else {})}}
    plain: dict[str, Any] = json.loads(json.dumps(merged, default=_number))
    return plain


def _used_lists(part: Any) -> set[str]:
    if isinstance(part, list):
        return set().union(*(_used_lists(item) for item in part))
    if not isinstance(part, Mapping):
        return set()
    found = _used_lists(part.get("fields"))
    name = part.get("code_list")
    return found | {name} if isinstance(name, str) else found


def _number(value: object) -> str:
    """Decimals of a definition are kept exactly, as text."""
    if not isinstance(value, Decimal):
        raise TypeError(f"a definition cannot hold {type(value).__name__}")
    return format(value, "f")
