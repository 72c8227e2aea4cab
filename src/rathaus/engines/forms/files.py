"""A form definition as a file, with the code lists that lie beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rathaus.kernel.public import findings, yaml


@dataclass(frozen=True)
class FormFile:
    content: bytes
    code_lists: dict[str, Any] = field(default_factory=dict)


def read_form_file(file: Path) -> tuple[FormFile | None, list[findings.Finding]]:
    """Return content and code lists (``code_lists/*.yaml`` beside the file or one folder up), or why not."""
    content = _read(file)
    if content is None:
        message = "Diese Datei gibt es nicht, oder sie ist nicht lesbar. Prüfen Sie den Pfad."
        return None, [findings.Finding("Datei", "form.file", message)]
    found: list[findings.Finding] = []
    lists: dict[str, Any] = {}
    for path in _list_files(file):
        try:
            lists.setdefault(path.stem, yaml.load(_read(path) or b""))
        except yaml.BrokenYaml as error:
            found.append(
                findings.Finding(f"code_lists/{path.name}: {error.place}", "form.yaml", error.message)
            )
    return FormFile(content, lists), found


def _list_files(file: Path) -> Iterator[Path]:
    for folder in (file.parent, file.parent.parent):
        yield from sorted((folder / "code_lists").glob("*.yaml"))


def _read(file: Path) -> bytes | None:
    try:
        with file.open("rb") as opened:
            return opened.read(yaml.MAX_BYTES + 1)
    except (OSError, ValueError):
        return None
