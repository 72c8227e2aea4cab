"""``rathaus blueprint install DIR… [--map code=code] [--yes] [--json]``: shows what would change, then installs."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from rathaus.blueprints.public import BlueprintRefused, InstallationPlan, install_blueprint, plan_installation
from rathaus.identity.public import SYSTEM
from rathaus.kernel.public import findings


def _pair(text: str) -> tuple[str, str]:
    theirs, separator, ours = text.partition("=")
    if not (theirs and separator and ours):
        raise ArgumentTypeError(
            "Schreiben Sie die Zuordnung als code=code, zum Beispiel steueramt=kaemmerei."
        )
    return theirs, ours


class Command(BaseCommand):
    help = "Installiert Blaupausen. Zeigt vorher, was neu ist und was sich ändert."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folders", nargs="+", type=Path, metavar="ORDNER")
        parser.add_argument("--map", action="append", type=_pair, default=[], metavar="IHR_CODE=UNSER_CODE")
        parser.add_argument("--yes", action="store_true", help="ohne Rückfrage installieren")
        parser.add_argument(
            "--json", action="store_true", help="Ergebnis als JSON ausgeben (fragt nicht zurück)"
        )

    def handle(self, *args: Any, folders: list[Path], **options: Any) -> None:
        unit_map = dict(options["map"])
        reports: list[findings.FileReport] = []
        for folder in folders:
            reports += self._install(folder, unit_map, quiet=options["json"], ask=not options["yes"])
        if options["json"]:
            self.stdout.write(findings.as_json(reports))
        if not all(report.ok for report in reports):
            if not options["json"]:
                self.stdout.write(findings.as_text(reports))
            sys.exit(1)

    def _install(
        self, folder: Path, unit_map: dict[str, str], *, quiet: bool, ask: bool
    ) -> list[findings.FileReport]:
        try:
            plan = plan_installation(folder, unit_map=unit_map)
        except BlueprintRefused as refusal:
            return refusal.reports
        if not quiet:
            self._show(plan)
            if ask and not plan.difference.is_empty and not _confirmed():
                declined = findings.Finding(
                    "", "declined", "Nicht installiert, weil Sie es nicht bestätigt haben."
                )
                return [findings.FileReport.of(str(folder), [declined])]
        install_blueprint(actor=SYSTEM, plan=plan, unit_map=unit_map)
        return plan.reports

    def _show(self, plan: InstallationPlan) -> None:
        descriptor = plan.bundle.descriptor
        before = plan.installed_version or "noch nicht installiert"
        self.stdout.write(f"{descriptor.slug}: {before} -> {descriptor.version}")
        for sign, names in (
            ("+", plan.difference.added),
            ("~", plan.difference.changed),
            ("-", plan.difference.removed),
        ):
            for name in names:
                self.stdout.write(f"  {sign} {name}")


def _confirmed() -> bool:
    try:
        return input("Installieren? [j/N] ").strip().lower() in {"j", "ja"}
    except EOFError:
        return False
