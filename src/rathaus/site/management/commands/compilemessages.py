"""``rathaus compilemessages``: translate .po into .mo without gettext's tools."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polib
from django.core.management.base import BaseCommand

import rathaus


class Command(BaseCommand):
    help = "Übersetzt die Sprachdateien (.po) in die Form, die der Server liest (.mo)."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        count = sum(compile_catalogue(source) for source in sorted(source_root().rglob("*.po")))
        self.stdout.write(f"{count} Sprachdateien übersetzt.")


def source_root() -> Path:
    return Path(rathaus.__file__).parent


def compile_catalogue(source: Path) -> bool:
    """Write the .mo beside a .po that is newer; return whether there was anything to do."""
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return False
    polib.pofile(str(source)).save_as_mofile(str(target))
    return True
