"""The XML parts of an office file, read by a parser: entities, encodings, prefixes, split words hide nothing from it.

Word's fields, Excel's formulas and OpenDocument's links are looked at by local names, whatever prefix stands before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat

from .verdicts import Reason, Refusal

_STARTS_AS_MARKUP = re.compile(rb"[\xef\xbb\xbf\xff\xfe\s\x00]{0,64}<")
_DDE = re.compile(r"\bDDE(?:AUTO)?\b", re.I)
_FETCHING_FIELDS = frozenset({"INCLUDEPICTURE", "INCLUDETEXT", "INCLUDE", "IMPORT", "LINK", "RD", "DATABASE"})
_FORMULAS = frozenset({"f", "formula", "formula1", "formula2", "definedName"})
_ACTING_FORMULA = re.compile(
    r"\b(?:CALL|EXEC|REGISTER|REGISTER\.ID|RTD|DDE)\s*\(|^\s*[=+@-]?\s*\w+\s*\|\s*'", re.I
)
_FETCHING_FORMULA = re.compile(r"\b(?:WEBSERVICE|IMAGE)\s*\(|'\s*(?:file|https?|smb):", re.I)
_START_NAME = re.compile(r"(?:_xlnm\.)?auto_?(?:open|close|activate|deactivate)", re.I)
_MACRO_TYPE = re.compile(r"macroEnabled|vbaProject|ms-office\.activeX", re.I)
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.I)
_LINKS = frozenset({"http", "https", "mailto", "tel"})
_SCRIPTS = re.compile(r"javascript|vbscript|macro|service|slot|vnd\.sun\.star\..*|ms-.*", re.I)
_LOCAL_TEMPLATE = re.compile(r"file:///[^/\\]")
_RELATIONS_INSIDE = frozenset({"aFChunk", "attachedTemplate", "oleObject", "package", "control"})
_ACTING_PARTS = {
    "docx": frozenset({"ddeLink", "control"}),
    "xlsx": frozenset({"ddeLink", "control"}),
    "odt": frozenset({"event-listener", "script", "dde-source"}),
}
_FETCHING_PARTS = {
    "docx": frozenset({"mailMerge"}),
    "xlsx": frozenset({"oleLink", "connection", "webPr", "dbPr"}),
    "odt": frozenset({"section-source"}),
}
_HOLDING_PARTS = {
    "docx": frozenset({"OLEObject"}),
    "xlsx": frozenset({"oleObject"}),
    "odt": frozenset({"object", "object-ole", "plugin", "applet", "floating-frame"}),
}


def is_markup(name: str, start: bytes) -> bool:
    """Whether an entry is read as XML: by its name, or because it begins so."""
    known = name.lower().endswith((".xml", ".rels", ".rdf", ".vml", ".html", ".htm", ".svg"))
    return known or _STARTS_AS_MARKUP.match(start) is not None


def check(name: str, content: bytes, extension: str) -> None:
    """Raises Refusal where the part acts, holds something foreign or fetches something; or is no XML."""
    if name.lower().endswith((".html", ".htm")):
        raise Refusal(Reason.EMBEDDED, name)
    if not content.strip():
        return
    _Part(name, extension).read(content)


class _Part:
    def __init__(self, name: str, extension: str) -> None:
        self._name, self._extension = name, extension
        self._is_relations = name.lower().endswith(".rels")
        self._root = ""
        self._text: list[str] | None = None
        self._fields = [""]

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, ValueError, LookupError) as broken:
            raise Refusal(Reason.BROKEN, f"{self._name}: {broken}") from None
        for instruction in self._fields:
            self._check_field(instruction)

    def _doctype(self, *declared: object) -> None:
        raise self._refusal(Reason.ACTIVE, "DOCTYPE")

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        local = _local(tag)
        given = {_local(name): value for name, value in attributes.items()}
        if not self._root:
            self._root = local
            if local.lower() in ("html", "script"):
                raise self._refusal(Reason.EMBEDDED, local)
        for reason, parts in (
            (Reason.ACTIVE, _ACTING_PARTS), (Reason.EXTERNAL, _FETCHING_PARTS), (Reason.EMBEDDED, _HOLDING_PARTS),
        ):  # fmt: skip
            if local in parts[self._extension]:
                raise self._refusal(reason, local)
        if self._is_relations and local == "Relationship":
            self._check_relation(given)
        if _MACRO_TYPE.search(given.get("ContentType", "")):
            raise self._refusal(Reason.ACTIVE, "type")
        if self._root == "svg" and (local == "script" or any(name.startswith("on") for name in given)):
            raise self._refusal(Reason.ACTIVE, "svg")
        if self._extension == "odt":
            self._check_open_document(local, given)
        else:
            self._check_open_xml(local, given)

    def _end(self, tag: str) -> None:
        if _local(tag) in ("instrText", "delInstrText"):
            self._fields[-1] += "".join(self._text or ())
        elif _local(tag) in _FORMULAS and self._text is not None:
            self._check_formula("".join(self._text))
        self._text = None

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _check_relation(self, given: Mapping[str, str]) -> None:
        kind = given.get("Type", "").rpartition("/")[2]
        if kind in _RELATIONS_INSIDE:
            raise self._refusal(Reason.EMBEDDED, kind)
        is_outside = given.get("TargetMode", "").strip().lower() == "external"
        if (is_outside and kind != "hyperlink") or _is_bad_link(given.get("Target", "")):
            raise self._refusal(Reason.EXTERNAL, kind)

    def _check_open_xml(self, local: str, given: Mapping[str, str]) -> None:
        if local == "fldSimple":
            self._check_field(given.get("instr", ""))
        elif local == "fldChar":
            self._field_mark(given.get("fldCharType", ""))
        elif local in ("instrText", "delInstrText") or (self._extension == "xlsx" and local in _FORMULAS):
            self._text = []
        if local == "definedName" and _START_NAME.fullmatch(given.get("name", "")):
            raise self._refusal(Reason.ACTIVE, "name")
        if _SCHEME.match(given.get("src", "")) or _is_bad_link(given.get("href", "")):
            raise self._refusal(Reason.EXTERNAL, local)

    def _check_open_document(self, local: str, given: Mapping[str, str]) -> None:
        if local.startswith("dde-"):
            raise self._refusal(Reason.ACTIVE, local)
        target = given.get("href", "").strip()
        scheme = _scheme(target)
        if _SCRIPTS.fullmatch(scheme):
            raise self._refusal(Reason.ACTIVE, "href")
        if local == "a":
            is_bad = _is_bad_link(target)
        elif local == "template":
            is_bad = (_is_bad_link(target) and not _LOCAL_TEMPLATE.match(target)) or scheme in (
                "http",
                "https",
            )
        else:
            is_bad = bool(scheme) or target.startswith(("/", "\\", ".."))
        if is_bad:
            raise self._refusal(Reason.EXTERNAL, local)

    def _field_mark(self, kind: str) -> None:
        if kind == "begin":
            outer = self._fields[-1]
            # The name of the outer field would be what comes out of the inner one.
            if len(self._fields) > 1 and not re.match(r"\s*\S+\s", outer):
                raise self._refusal(Reason.ACTIVE, "name of a field put together")
            self._fields.append("")
        elif kind in ("separate", "end") and len(self._fields) > 1:
            self._check_field(self._fields[-1])
            self._fields[-1] = "fertig "
            if kind == "end":
                self._fields.pop()

    def _check_field(self, instruction: str) -> None:
        word = (instruction.split() or [""])[0].strip('"').upper()
        if _DDE.fullmatch(word) or (word == "QUOTE" and re.search(r"\d", instruction.partition('"')[0])):
            raise self._refusal(Reason.ACTIVE, "field")
        if word in _FETCHING_FIELDS:
            raise self._refusal(Reason.EXTERNAL, "field")

    def _check_formula(self, formula: str) -> None:
        if _ACTING_FORMULA.search(formula):
            raise self._refusal(Reason.ACTIVE, "formula")
        if _FETCHING_FORMULA.search(formula):
            raise self._refusal(Reason.EXTERNAL, "formula")

    def _refusal(self, reason: Reason, what: str) -> Refusal:
        return Refusal(reason, f"{self._name}: {what}")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _scheme(target: str) -> str:
    found = _SCHEME.match(target)
    return found[1].lower() if found else ""


def _is_bad_link(target: str) -> bool:
    scheme = _scheme(target)
    return (bool(scheme) and scheme not in _LINKS) or target.strip().startswith(("\\\\", "//"))
