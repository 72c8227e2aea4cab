"""What a check has to say about a file: where, which rule, and in German what to do."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

__all__ = ["FileReport", "Finding", "as_data", "as_json", "as_text"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. ``place``: an element id, a field, or line and column; ``message``: German."""

    place: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file of a check or import."""

    file: str
    ok: bool
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, file: str, findings: Iterable[Finding]) -> FileReport:
        """The report of a file that is all right exactly where nothing was found."""
        found = tuple(findings)
        return cls(file, not found, found)


def as_data(reports: Iterable[FileReport]) -> dict[str, object]:
    """``{"files": [{"file", "ok", "findings": [{"place", "rule", "message"}]}]}``"""
    return {"files": [asdict(report) for report in reports]}


def as_json(reports: Iterable[FileReport]) -> str:
    """The text that a command prints under ``--json``."""
    return json.dumps(as_data(reports), ensure_ascii=False)


def as_text(reports: Iterable[FileReport]) -> str:
    """The same for people: a line for each file, what is wrong below it."""
    lines = []
    for report in reports:
        lines.append(f"{'in Ordnung' if report.ok else 'abgelehnt':<10}  {report.file}")
        lines += [f"    {item.place or 'Datei'}: {item.message}" for item in report.findings]
    return "\n".join(lines)
