"""The floors, linted by import-linter without a list of exceptions."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture import tree


def test_import_linter_finds_nothing() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    answer = subprocess.run(
        [linter, "--no-cache"], cwd=tree.ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout[-4000:] + answer.stderr[-2000:]


def test_the_contracts_have_no_exceptions_and_know_every_app() -> None:
    settings = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert [contract["name"] for contract in settings["contracts"] if "ignore_imports" in contract] == []
    inside = [app for contract in settings["contracts"] for app in contract.get("containers", [])]
    assert sorted(inside) == sorted(tree.APPS.values())
