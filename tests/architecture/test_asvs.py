"""The table of the ASVS names every requirement of levels 1 and 2 once, and nothing that does not exist."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from rathaus.site import settings
from tests.architecture import tree

PAGE = tree.ROOT / "docs/reference/asvs.md"
# How the numbers of version 5.0.0 run: the requirements of levels 1 and 2 stand first in each section.
LENGTHS = {
    1: (2, 9, 11, 3, 2), 2: (3, 3, 4, 1), 3: (0, 2, 4, 6, 5, 0, 2), 4: (3, 1, 2, 4), 5: (1, 3, 2, 3),
    6: (3, 12, 4, 4, 5, 3, 0, 4), 7: (3, 4, 2, 5, 2, 2), 8: (2, 3, 1, 1), 9: (3, 4), 10: (2, 2, 4, 11, 5, 2, 3),
    11: (2, 3, 3, 4, 1, 1, 0), 12: (3, 2, 4), 13: (1, 5, 2, 5), 14: (2, 4, 3), 15: (3, 3, 7, 0), 16: (1, 5, 4, 3, 3),
    17: (1, 4, 2),
}  # fmt: skip
STATES = {"met", "not met", "not applicable", "operator's"}
ROW = re.compile(r"^\| ([\d.]+) \| ([12]) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
CODE = re.compile(r"`([^`]+)`")
ROWS = ROW.findall(PAGE.read_text())


def numbers() -> list[str]:
    return [
        f"{chapter}.{section}.{number}"
        for chapter, lengths in LENGTHS.items()
        for section, length in enumerate(lengths, 1)
        for number in range(1, length + 1)
    ]


def test_every_requirement_is_there_once() -> None:
    assert len(numbers()) == 253
    assert [row[0] for row in ROWS] == numbers()


def test_states() -> None:
    assert {row[3] for row in ROWS} <= STATES
    counts = {state: sum(row[3] == state for row in ROWS) for state in STATES}
    said = re.search(
        r"Of (\d+) .*?(\d+) are met, (\d+) are not app.*?(\d+) are the op.*?(\d+) are not met",
        PAGE.read_text(),
    )
    assert said is not None
    assert [int(figure) for figure in said.groups()] == [
        len(ROWS), counts["met"], counts["not applicable"], counts["operator's"], counts["not met"],
    ]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_is_named_exists(row: tuple[str, ...]) -> None:
    _, _, _, state, evidence = row
    named = CODE.findall(evidence)
    assert state != "met" or named or "](" in evidence, "what is met is shown by something"
    assert [name for name in named if not _exists(name)] == []


def _exists(name: str) -> bool:
    if name.startswith("sslmode"):
        return True
    if re.fullmatch(r"RATHAUS_\w+", name):
        return name in settings.ENV.names
    if re.fullmatch(r"[A-Z]+(_[A-Z]+)*", name):
        return hasattr(settings, name)
    path, _, test = name.partition("::")
    file = tree.ROOT / path
    return file.is_file() and (not test or test in _tests_in(path))


@cache
def _tests_in(path: str) -> frozenset[str]:
    body = ast.parse((tree.ROOT / path).read_bytes()).body
    return frozenset(node.name for node in body if isinstance(node, ast.FunctionDef))
