from __future__ import annotations

import hashlib
from functools import lru_cache
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from rathaus.identity.public import Actor, policies
from rathaus.kernel.public import audit, findings

from ..letters.compiler import CompiledLetter, compile_letter, problems_of
from ..letters.expressions import Names
from ..models import LetterTemplate, LetterTemplateVersion


def check_letter(text: str, *, names: Names | None = None) -> list[findings.Finding]:
    """Everything that is wrong with a letter, with line and column; without `names` any name is allowed."""
    return [
        findings.Finding(str(problem.place), problem.rule, problem.message)
        for problem in problems_of(text, names)
    ]


@transaction.atomic
def publish_letter(*, actor: Actor, key: str, source: str) -> LetterTemplateVersion:
    """Make a text the current one of its template; the same text again is the same version.

    Raises InvalidLetter with everything that is wrong.
    """
    policies.check(actor, "correspondence.publish_letter")
    compile_letter(source)
    digest = hashlib.sha256(source.encode()).hexdigest()
    template, _created = LetterTemplate.objects.get_or_create(key=key)
    # Locks the template where the database can, so that two publications get two numbers.
    LetterTemplate.objects.select_for_update().get(pk=template.pk)
    present = LetterTemplateVersion.objects.filter(template=template, digest=digest).first()
    if present is not None:
        return present
    last = LetterTemplateVersion.objects.filter(template=template).aggregate(last=Max("number"))["last"]
    version = LetterTemplateVersion.objects.create(
        template=template, number=(last or 0) + 1, source=source, digest=digest
    )
    audit.append(
        actor=actor.audit_name,
        action="correspondence.letter_published",
        subject=f"correspondence.template:{key}",
        details={"number": version.number, "digest": digest},
    )
    return version


def compiled(version: LetterTemplateVersion) -> CompiledLetter:
    """The tree of a published letter, read once a process."""
    return _compiled(version.pk, version.source)


@lru_cache(maxsize=256)
def _compiled(version_id: UUID, source: str) -> CompiledLetter:
    return compile_letter(source)
