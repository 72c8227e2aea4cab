"""``rathaus forms import FILE… [--json]``: checks form definitions and publishes those that are all right."""

from __future__ import annotations

from pathlib import Path

from rathaus.engines.forms.files import read_form_file
from rathaus.engines.forms.public import InvalidForm, load_definition, publish_form
from rathaus.identity.public import SYSTEM
from rathaus.kernel.public import commands, findings


class Command(commands.FilesCommand):
    help = "Prüft und veröffentlicht Formulare (YAML oder JSON) unter ihrem Schlüssel."

    def reports_of(self, name: str) -> list[findings.FileReport]:
        return [findings.FileReport.of(name, _import(Path(name)))]


def _import(file: Path) -> list[findings.Finding]:
    source, found = read_form_file(file)
    if source is None or found:
        return found
    try:
        key = load_definition(source.content, code_lists=source.code_lists).key
        publish_form(actor=SYSTEM, key=key, content=source.content, code_lists=source.code_lists)
    except InvalidForm as error:
        return list(error.findings)
    return []
