"""``rathaus blueprint test [SLUG|DIR…] [--json]``: plays the examples of blueprints through the real engine.

It works in a scratch database of its own, so that the town it is called in neither changes nor waits.
"""

from __future__ import annotations

import json as jsonlib
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections
from django.test.utils import override_settings

from rathaus.casework.examples.player import Outcome, play_blueprint


class Command(BaseCommand):
    help = "Spielt die Beispiele von Blaupausen durch den echten Ablauf und vergleicht das Ergebnis."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "blueprints", nargs="*", metavar="SLUG|ORDNER", help="ohne Angabe: alle mitgelieferten"
        )
        parser.add_argument("--json", action="store_true", help="Ergebnis als JSON ausgeben")

    def handle(self, *args: Any, **options: Any) -> None:
        folders = [_folder(name) for name in options["blueprints"]] or _all_folders()
        outcomes: list[Outcome] = []
        with scratch_town():
            for folder in folders:
                outcomes += self._play(folder, quiet=options["json"])
        failures = [outcome for outcome in outcomes if not outcome.ok]
        if options["json"]:
            self.stdout.write(jsonlib.dumps(_as_data(outcomes, failures), ensure_ascii=False))
        else:
            self.stdout.write(f"{len(outcomes) - len(failures)} bestanden, {len(failures)} nicht bestanden")
        if failures:
            sys.exit(1)

    def _play(self, folder: Path, *, quiet: bool) -> list[Outcome]:
        watch = (lambda outcome: None) if quiet else self._show
        if folder.is_dir():
            return play_blueprint(folder, watch=watch)
        missing = Outcome(folder.name, "", f"Den Ordner {folder} gibt es nicht.")
        watch(missing)
        return [missing]

    def _show(self, outcome: Outcome) -> None:
        self.stdout.write(f"{'ok    ' if outcome.ok else 'FEHLER'}  {outcome.name}")
        if not outcome.ok:
            self.stdout.write(f"        {outcome.message}")


def _as_data(outcomes: list[Outcome], failures: list[Outcome]) -> dict[str, object]:
    return {
        "passed": len(outcomes) - len(failures),
        "failed": len(failures),
        "failures": [
            {"blueprint": item.blueprint, "example": item.example, "message": item.message}
            for item in failures
        ],
    }


def _folder(name: str) -> Path:
    path = Path(name)
    return path if path.is_dir() else Path(settings.BLUEPRINT_DIR) / name


def _all_folders() -> list[Path]:
    return sorted(path.parent for path in Path(settings.BLUEPRINT_DIR).glob("*/blueprint.yaml"))


@contextmanager
def scratch_town() -> Iterator[None]:
    """An empty database in memory, a folder for blobs, and mail that goes nowhere, for as long as it lasts."""
    original = connections.databases["default"]
    connections["default"].close()
    connections.databases["default"] = {
        **original,
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "OPTIONS": {},
        "TEST": {**original["TEST"], "NAME": ":memory:"},
    }
    del connections["default"]
    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(
            BLOB_URL="", BLOB_DIR=Path(folder), EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"
        ),
    ):
        creation = connections["default"].creation
        creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            creation.destroy_test_db(":memory:", verbosity=0)
            connections.databases["default"] = original
            del connections["default"]
