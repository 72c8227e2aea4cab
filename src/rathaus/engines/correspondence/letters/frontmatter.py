"""The head of a letter: what it is called, of which kind it is, who signs, which remedy it instructs about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import yaml as pyyaml

from rathaus.kernel.public import yaml

from ..enums import LetterKind, Remedy
from .problems import Place, Problem

FENCE = "---"
KEYS = ("schema", "key", "title", "kind", "remedy", "law", "signature", "subject", "summary")
LANGUAGES = ("de", "en")
# Which law governs notification: § 41 VwVfG, or § 122 AO (municipal taxes by way of the charges acts).
LAWS = ("administrative", "tax")
MAX_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text of the head and where it begins in the file."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class FrontMatter:
    key: str
    kind: LetterKind
    remedy: Remedy
    law: str
    signature: str
    title: Mapping[str, PlacedText]
    subject: Mapping[str, PlacedText]
    summary: Mapping[str, PlacedText]


@dataclass(frozen=True, slots=True)
class Sections:
    """The two parts of a letter file; lines count from 1 in the whole file."""

    head: str
    body: str
    body_line: int


def split_sections(text: str) -> Sections | Problem:
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        return Problem(
            Place(1),
            "letter.head",
            "Der Brief beginnt mit einer Zeile --- und seinen Angaben (key, title, kind).",
        )
    for number, line in enumerate(lines[1:], 2):
        if line.rstrip() == FENCE:
            return Sections("\n" + "\n".join(lines[1 : number - 1]), "\n".join(lines[number:]), number + 1)
    return Problem(
        Place(1), "letter.head", "Die Angaben am Anfang enden nicht. Setzen Sie hinter sie eine Zeile ---"
    )


def read_front_matter(head: str) -> tuple[FrontMatter | None, list[Problem]]:
    """The head as checked data; None where it cannot be used at all."""
    try:
        data = yaml.load(head)
    except yaml.BrokenYaml as error:
        return None, [Problem(Place(error.line, error.column), "letter.yaml", error.message)]
    if not isinstance(data, dict):
        return None, [
            Problem(Place(2), "letter.head", "Die Angaben am Anfang bestehen aus Zeilen wie „key: bescheid“.")
        ]
    reader = _Reader(data, _places(head))
    return reader.read(), reader.problems


class _Reader:
    def __init__(self, data: Mapping[object, object], places: Mapping[str, Place]) -> None:
        self._data = data
        self._places = places
        self.problems: list[Problem] = []

    def read(self) -> FrontMatter:
        self._check_keys()
        if self._data.get("schema") != 1:
            self._problem("schema", "letter.schema", "Geben Sie die Fassung des Formats an: schema: 1")
        return FrontMatter(
            key=self._key(),
            kind=LetterKind(self._one_of("kind", LetterKind.values, LetterKind.LETTER)),
            remedy=Remedy(self._one_of("remedy", Remedy.values, Remedy.NONE)),
            law=self._one_of("law", list(LAWS), "administrative"),
            signature=self._signature(),
            title=self._texts("title", required=True),
            subject=self._texts("subject"),
            summary=self._texts("summary"),
        )

    def _check_keys(self) -> None:
        for key in self._data:
            if key not in KEYS:
                message = f"„{key}“ ist hier unbekannt. Möglich sind: {', '.join(KEYS)}."
                self._problem(str(key), "letter.unknown_key", message)

    def _key(self) -> str:
        key = self._data.get("key")
        if (
            not isinstance(key, str)
            or not key
            or len(key) > 80
            or not key.replace("-", "").replace("_", "").isalnum()
        ):
            self._problem(
                "key", "letter.key", "Geben Sie dem Brief einen kurzen Namen, zum Beispiel key: bescheid"
            )
            return ""
        return key

    def _one_of(self, name: str, allowed: list[str], default: str) -> str:
        value = self._data.get(name, default)
        if value not in allowed:
            message = f"„{value}“ ist hier nicht möglich. Erlaubt sind: {', '.join(allowed)}."
            self._problem(name, f"letter.{name}", message)
            return default
        return str(value)

    def _signature(self) -> str:
        value = self._data.get("signature") or "none"
        if not isinstance(value, str):
            self._problem(
                "signature", "letter.signature", "Nennen Sie die Rolle, die unterschreibt, oder none."
            )
            return ""
        return "" if value == "none" else value

    def _texts(self, name: str, *, required: bool = False) -> dict[str, PlacedText]:
        value = self._data.get(name)
        if value is None:
            if required:
                self._problem(
                    name, f"letter.{name}", f"Es fehlt „{name}“, zum Beispiel {name}: {{de: Bescheid}}"
                )
            return {}
        if isinstance(value, str):
            value = {"de": value}
        if not isinstance(value, dict):
            self._problem(name, f"letter.{name}", f"Schreiben Sie {name}: {{de: …, en: …}}")
            return {}
        return self._by_language(name, value)

    def _by_language(self, name: str, value: Mapping[object, object]) -> dict[str, PlacedText]:
        texts: dict[str, PlacedText] = {}
        for language, text in value.items():
            path = f"{name}.{language}"
            if language not in LANGUAGES:
                self._problem(
                    path, "letter.language", f"„{language}“ ist keine Sprache. Möglich sind de und en."
                )
            elif not isinstance(text, str) or not text.strip() or len(text) > MAX_TEXT:
                self._problem(
                    path, f"letter.{name}", f"Hier steht ein Text mit höchstens {MAX_TEXT} Zeichen."
                )
            else:
                texts[str(language)] = PlacedText(text.strip(), self._place(path))
        if "de" not in texts:
            self._problem(name, f"letter.{name}", f"Zu „{name}“ fehlt der deutsche Text (de).")
        return texts

    def _place(self, path: str) -> Place:
        return self._places.get(path) or self._places.get(path.partition(".")[0]) or Place(2)

    def _problem(self, path: str, rule: str, message: str) -> None:
        self.problems.append(Problem(self._place(path), rule, message))


def _places(head: str) -> dict[str, Place]:
    """Where each value begins, by its path; the text was loaded before, so it is safe."""
    places: dict[str, Place] = {}
    root = pyyaml.compose(head, Loader=pyyaml.SafeLoader)
    if not isinstance(root, pyyaml.MappingNode):
        return places
    for key, value in root.value:
        places[str(key.value)] = _place(key if isinstance(value, pyyaml.MappingNode) else value)
        if isinstance(value, pyyaml.MappingNode):
            for inner_key, inner in value.value:
                places[f"{key.value}.{inner_key.value}"] = _place(inner)
    return places


def _place(node: pyyaml.Node) -> Place:
    quoted = getattr(node, "style", None) in {'"', "'"}
    return Place(node.start_mark.line + 1, node.start_mark.column + 1 + quoted)
