"""Findings about a definition, collected while it is read."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from rathaus.kernel.public import findings

MAX_FINDINGS = 200


class InvalidForm(Exception):
    """The definition cannot be used. ``findings`` says where and what to do, in German."""

    def __init__(self, found: Iterable[findings.Finding]) -> None:
        self.findings = tuple(found)
        super().__init__("; ".join(f"{finding.place}: {finding.message}" for finding in self.findings[:5]))


class Report:
    """Collects findings, as many as somebody will read."""

    def __init__(self) -> None:
        self.findings: list[findings.Finding] = []

    def add(self, place: str, rule: str, message: str) -> None:
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(findings.Finding(place, f"form.{rule}", message))


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return " Meinten Sie „…“?" when one of ``known`` is near, else nothing."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" Meinten Sie „{near[0]}“?" if near else ""
