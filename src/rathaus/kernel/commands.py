"""Commands that check or import files, with one contract for all: what they take, print and return."""

from __future__ import annotations

import sys
from abc import abstractmethod
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.management.base import BaseCommand

from . import findings

__all__ = ["FilesCommand"]


class FilesCommand(BaseCommand):
    """``rathaus … FILE… [--json]``: one report for each file given; exit code 1 if any is refused.

    Subclasses say in ``reports_of`` what they find. Whatever the bytes are, they answer with findings.
    """

    noun: ClassVar[str] = "DATEI"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar=self.noun)
        parser.add_argument("--json", action="store_true", help="Ergebnis als JSON ausgeben")

    @abstractmethod
    def reports_of(self, name: str) -> Iterable[findings.FileReport]:
        """The reports about what was given under ``name`` on the command line."""

    def handle(self, *args: Any, files: list[str], json: bool, **options: Any) -> None:
        reports = [report for name in files for report in self.reports_of(name)]
        self.stdout.write(findings.as_json(reports) if json else findings.as_text(reports))
        if not all(report.ok for report in reports):
            sys.exit(1)
