"""The habits that can be counted: sizes, no stubs, no paths of machines, a README for each app."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture import tree

MAX_FILE_LINES = 600
MAX_FUNCTION_LINES = 60
STUB = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|home)/\w")
REGISTRY_HOST = re.compile(r"registry\.npmjs|registry\.yarnpkg|pypi\.org|pythonhosted|npmmirror")
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".html",
    ".js",
    ".mjs",
    ".css",
    ".scss",
    ".json",
    ".lock",
    ".yml",
    ".yaml",
    ".txt",
    ".sh",
}
SELF = Path(__file__)


def text_files() -> list[Path]:
    return [
        path
        for path in tree.tracked_files()
        if path != SELF and (path.suffix in TEXT or path.name in ("Makefile", ".npmrc", "run"))
    ]


def matches(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    return [
        f"{tree.relative(path)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_files_are_short() -> None:
    files = [*tree.own_python(), *tree.templates()]
    long = [tree.relative(path) for path in files if len(path.read_text().splitlines()) > MAX_FILE_LINES]
    assert long == []


def test_functions_are_short() -> None:
    long = [
        f"{tree.relative(path)}:{node.lineno} {node.name}"
        for path in tree.own_python()
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > MAX_FUNCTION_LINES
    ]
    assert long == []


def test_nothing_is_left_for_later() -> None:
    files = [path for path in text_files() if path.suffix in {".py", ".html", ".js", ".mjs", ".scss", ".css"}]
    assert matches(STUB, files) == []


def test_no_path_of_a_machine() -> None:
    assert matches(MACHINE_PATH, text_files()) == []


def test_no_host_of_a_registry() -> None:
    assert matches(REGISTRY_HOST, text_files()) == []


@pytest.mark.parametrize("app", sorted(tree.APPS.values()))
def test_every_app_says_what_it_owns(app: str) -> None:
    readme = tree.SOURCES / app.replace(".", "/") / "README.md"
    assert readme.exists(), f"{tree.relative(readme)} fehlt"
    assert 5 <= len(readme.read_text().splitlines()) <= 60
