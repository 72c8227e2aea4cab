"""Runs Typst on our own templates: PDF/A-3a and PDF/UA-1 in one file, the same bytes for the same input.

Values reach Typst as JSON data only. The templates lie beside this file and are its only files; neither network nor
fonts of the machine are used.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import typst

from .plaintext import basic, printable

logger = logging.getLogger(__name__)
TEMPLATES = Path(__file__).parent / "typst"
STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]
_TRIES = 4
_UNSHOWN = re.compile(r'the text `"(.+?)"` could not be displayed|codepoint `"(.+?)"`')
_ESCAPE = re.compile(r"\\u\{([0-9a-fA-F]{1,6})\}")

Data = Mapping[str, object]

# Characters that a former try of this process could not show; saves the second try.
_undisplayable: set[str] = set()
_compilers = threading.local()


class RenderingFailed(RuntimeError):
    """Typst refused our own template or data: a fault of the program or of the town's coat of arms."""


def compile_pdf(template: str, data: Data, *, at: datetime) -> bytes:
    """The PDF of a template (`letter`, `application`, ...) with these data, dated `at`."""
    cleaners: list[Callable[[str], str]] = [lambda text: printable(text, frozenset(_undisplayable))] * _TRIES
    last = ""
    for clean in (*cleaners, basic):
        try:
            return _compile(template, cleaned(data, clean), at)
        except typst.TypstError as error:
            last = error.diagnostic or error.message
            found = _characters_of(last)
            if not found:
                break
            _undisplayable.update(found)
    bare = _without_arms(data)
    if bare is data:
        raise RenderingFailed(last)
    logger.warning("coat_of_arms_unusable template=%s reason=%s", template, last.splitlines()[0])
    return compile_pdf(template, bare, at=at)


def _without_arms(data: Data) -> Data:
    """The data without the town's drawing, which is the only part that others could have broken."""
    sender = data.get("sender")
    if not isinstance(sender, Mapping) or not sender.get("coat_of_arms"):
        return data
    return {**data, "sender": {**sender, "coat_of_arms": ""}}


def _compile(template: str, data: object, at: datetime) -> bytes:
    inputs = {"data": json.dumps(data, ensure_ascii=False, separators=(",", ":"))}
    result = _compiler(template).compile(
        sys_inputs=inputs, format="pdf", pdf_standards=STANDARDS, timestamp=int(at.timestamp())
    )
    if not isinstance(result, bytes):
        raise RenderingFailed(f"Typst gave no single file for {template}")
    return result


def _compiler(template: str) -> typst.Compiler:
    """One compiler a thread and template: its caches make the second letter several times faster."""
    compilers: dict[str, typst.Compiler] = _compilers.__dict__.setdefault("by_template", {})
    if template not in compilers:
        compilers[template] = typst.Compiler(
            TEMPLATES / f"{template}.typ", root=TEMPLATES, font_paths=_fonts(), sys_inputs={"data": "{}"}
        )
    return compilers[template]


@cache
def _fonts() -> typst.Fonts:
    """Fira Sans, the typeface of KERN, before the fonts that Typst brings along."""
    folder = Path(str(files("fontpkg_fira_sans"))) / "files"
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])


def cleaned(value: object, clean: Callable[[str], str]) -> object:
    """The data with every text cleaned; drawings (`coat_of_arms`) and files stay as they are."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {key: item if key in _VERBATIM else cleaned(item, clean) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(item, clean) for item in value]
    return value


_VERBATIM = {"coat_of_arms", "href", "t", "colour", "embedded"}


def _characters_of(diagnostic: str) -> set[str]:
    found: set[str] = set()
    for displayed, codepoint in _UNSHOWN.findall(diagnostic):
        text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), displayed or codepoint)
        found.update(character for character in text if not character.isascii())
    return found
