"""A blueprint folder as a Bundle. Whatever cannot be read is reported with its reason, file by file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rathaus.blueprints.bundle.descriptor import Descriptor
from rathaus.blueprints.bundle.example import Example
from rathaus.blueprints.bundle.validation import validate
from rathaus.kernel.public import findings, yaml

MAX_FILE_BYTES = 2_000_000


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """Everything in a blueprint folder. The texts of engines' own formats stay texts: the engines read them."""

    folder: Path
    descriptor: Descriptor
    form: str
    process: bytes
    task_forms: Mapping[str, str] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)
    decisions: Mapping[str, bytes] = field(default_factory=dict)
    code_lists: Mapping[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)
    examples: Mapping[str, Example] = field(default_factory=dict)


class Reports:
    """The findings by file, in the order in which the files were met."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._by_file: dict[str, list[findings.Finding]] = {}

    def see(self, path: Path, found: Sequence[findings.Finding] = ()) -> None:
        """Note that ``path`` was looked at, and what was found there."""
        self._by_file.setdefault(str(path), []).extend(found)

    def refuse(self, path: Path, rule: str, message: str, place: str = "") -> None:
        self.see(path, [findings.Finding(place, rule, message)])

    def as_reports(self) -> list[findings.FileReport]:
        return [
            findings.FileReport(file=name, ok=not found, findings=tuple(found))
            for name, found in self._by_file.items()
        ]


def read_bundle(folder: Path, reports: Reports) -> Bundle | None:
    """Read a blueprint folder; None if blueprint.yaml, form.yaml or process.bpmn cannot be used at all."""
    descriptor = _descriptor(folder / "blueprint.yaml", reports)
    form = _text(folder / "form.yaml", reports)
    process = _bytes(folder / "process.bpmn", reports)
    texts = {name: _texts(folder, name, pattern, reports) for name, pattern in _TEXT_FOLDERS.items()}
    decisions = {
        path.stem: data
        for path in sorted((folder / "decisions").glob("*.dmn"))
        if (data := _bytes(path, reports)) is not None
    }
    code_lists = _code_lists(folder, reports)
    examples = _examples(folder, reports)
    if descriptor is None or form is None or process is None:
        return None
    return Bundle(
        folder=folder,
        descriptor=descriptor,
        form=form,
        process=process,
        task_forms=texts["forms"],
        letters=texts["letters"],
        decisions=decisions,
        code_lists=code_lists,
        examples=examples,
    )


_TEXT_FOLDERS = {"forms": "*.yaml", "letters": "*.md"}


def _bytes(path: Path, reports: Reports) -> bytes | None:
    reports.see(path)
    if path.exists() and not path.is_file():  # a pipe would keep the reader waiting for ever
        reports.refuse(path, "no_file", "Das ist keine gewöhnliche Datei.")
        return None
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        reports.refuse(path, "missing", "Die Datei fehlt. Jede Blaupause braucht sie.")
        return None
    except OSError:
        reports.refuse(path, "unreadable", "Die Datei lässt sich nicht öffnen. Prüfen Sie die Leserechte.")
        return None
    if len(data) > MAX_FILE_BYTES:
        reports.refuse(path, "size", "Die Datei ist größer als 2 MB.")
        return None
    return data


def _text(path: Path, reports: Reports) -> str | None:
    data = _bytes(path, reports)
    if data is None:
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        reports.refuse(path, "encoding", "Die Datei ist nicht in UTF-8 gespeichert.")
        return None


def _texts(folder: Path, name: str, pattern: str, reports: Reports) -> dict[str, str]:
    return {
        path.stem: text
        for path in sorted((folder / name).glob(pattern))
        if (text := _text(path, reports)) is not None
    }


def _yaml(path: Path, reports: Reports) -> object | None:
    data = _bytes(path, reports)
    if data is None:
        return None
    try:
        loaded = yaml.load(data)
    except yaml.BrokenYaml as error:
        reports.refuse(path, "yaml", error.message, error.place)
        return None
    if loaded is None:
        reports.refuse(path, "empty", "Die Datei ist leer.")
    return loaded


def _descriptor(path: Path, reports: Reports) -> Descriptor | None:
    data = _yaml(path, reports)
    if data is None:
        return None
    descriptor, found = validate(Descriptor, data)
    reports.see(path, found)
    return descriptor


def _code_lists(folder: Path, reports: Reports) -> dict[str, list[Mapping[str, object]]]:
    result: dict[str, list[Mapping[str, object]]] = {}
    for path in sorted((folder / "code_lists").glob("*.yaml")):
        data = _yaml(path, reports)
        if isinstance(data, list) and all(isinstance(row, Mapping) and "value" in row for row in data):
            result[path.stem] = data
        elif data is not None:
            reports.refuse(
                path, "structure", "Eine Codeliste ist eine Liste aus Einträgen mit value und label."
            )
    return result


def _examples(folder: Path, reports: Reports) -> dict[str, Example]:
    result = {}
    for path in sorted((folder / "examples").glob("*.yaml")):
        data = _yaml(path, reports)
        if data is None:
            continue
        example, found = validate(Example, data)
        reports.see(path, found)
        if example is not None:
            result[path.stem] = example
    return result
