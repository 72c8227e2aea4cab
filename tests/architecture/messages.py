"""Which texts an app wants translated: read from its Python files and templates without gettext's tools."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

CALLS = {
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
}
CALL_IN_TEMPLATE = re.compile(r"""(?<![\w.])(?:_|gettext|ngettext|pgettext|npgettext)\((?=u?["'])""")


def texts_of(folder: Path) -> set[str]:
    """Return every message id that the files in a folder ask for."""
    wanted: set[str] = set()
    for path in folder.rglob("*"):
        if "migrations" in path.parts or "examples" in path.parts:
            continue
        if path.suffix == ".py":
            wanted.update(texts_in_python(path.read_text()))
        elif path.suffix in (".html", ".txt") and "templates" in path.parts:
            wanted.update(texts_in_template(path.read_text()))
    return wanted - {""}


def texts_in_python(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _called(node.func) in CALLS and node.args:
            place = 1 if _called(node.func).startswith("pgettext") else 0
            argument = node.args[place] if len(node.args) > place else None
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def texts_in_template(source: str) -> Iterator[str]:
    """Django turns a template into calls of gettext for xgettext; we read the same calls."""
    python = templatize(source)
    for call in CALL_IN_TEMPLATE.finditer(python):
        arguments = _literals(python, call.end())
        if arguments:
            yield arguments[1] if "pgettext" in call.group() and len(arguments) > 1 else arguments[0]


LITERAL = re.compile(r"""\s*u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*,?""", re.DOTALL)


def _literals(text: str, position: int) -> list[str]:
    found: list[str] = []
    while match := LITERAL.match(text, position):
        literal = match.group(1).replace("\n", "\\n")
        found.append(ast.literal_eval(literal))
        position = match.end()
    return found
