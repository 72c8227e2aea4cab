"""Entries whose seals do not fit: were they edited, or did they change places?"""

from __future__ import annotations

from typing import NamedTuple

from ..findings import Finding
from .digests import digest_of

# Each is compared with each; what goes beyond is called edited without a further look.
MAX_SUSPECTS = 200


class Link(NamedTuple):
    """A seal with its entry and the digest that the seal before it has in the table."""

    position: int
    digest: str
    number: int
    fields: tuple[object, ...]
    previous: str


def explained(suspects: list[Link]) -> list[Finding]:
    """Tell entries that changed places from entries that were edited."""
    findings: list[Finding] = []
    follows: dict[int, str] = {}
    for link in suspects:
        true_previous = follows.get(link.position)
        if true_previous is not None and digest_of(true_previous, link.number, link.fields) == link.digest:
            continue
        partner = _partner(link, suspects, true_previous or link.previous)
        if partner is None:
            findings.append(_finding(link, "edited", "wurde geändert."))
            continue
        follows[link.position + 1] = partner.digest
        findings.append(_finding(link, "reordered", f"wurde mit Eintrag {partner.number} vertauscht."))
    return findings


def _partner(link: Link, others: list[Link], previous: str) -> Link | None:
    for other in others:
        if other is link:
            continue
        if digest_of(previous, other.number, other.fields) == other.digest:
            return other
        if digest_of(previous, link.number, other.fields) == link.digest:
            return other
    return None


def _finding(link: Link, rule: str, message: str) -> Finding:
    return Finding(f"Eintrag {link.number}", f"audit.{rule}", f"Der Eintrag {message}")
