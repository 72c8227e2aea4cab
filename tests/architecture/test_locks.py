"""The lock files hold what pyproject.toml and package.json ask for, each with its hash."""

from __future__ import annotations

import json
import re
import tomllib

import pytest

from tests.architecture import tree

PROJECT = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())
NAME = re.compile(r"^[A-Za-z0-9._-]+")


def normalized(requirement: str) -> str:
    match = NAME.match(requirement)
    assert match, requirement
    return re.sub(r"[-_.]+", "-", match.group()).lower()


def locked(file: str) -> set[str]:
    lines = (tree.ROOT / file).read_text().splitlines()
    return {normalized(line) for line in lines if line and not line.startswith((" ", "#"))}


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("requirements.lock", PROJECT["project"]["dependencies"]),
        ("requirements-dev.lock", PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]),
    ],
)
def test_every_requirement_is_locked(file: str, wanted: list[str]) -> None:
    assert sorted({normalized(requirement) for requirement in wanted} - locked(file)) == [], (
        "bitte: make lock"
    )


def test_every_locked_package_has_a_hash() -> None:
    for file in ("requirements.lock", "requirements-dev.lock"):
        text = (tree.ROOT / file).read_text().replace("\\\n", " ")
        assert [line for line in text.splitlines() if line and "--hash=sha256:" not in line] == []


def test_the_browser_packages_are_locked_without_addresses() -> None:
    lock = json.loads((tree.ROOT / "frontend/package-lock.json").read_text())
    wanted = json.loads((tree.ROOT / "frontend/package.json").read_text())
    assert lock["packages"][""]["dependencies"] == wanted["dependencies"]
    packages = [entry for name, entry in lock["packages"].items() if name]
    assert [entry for entry in packages if "resolved" in entry or "integrity" not in entry] == []
