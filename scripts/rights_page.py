"""Writes ``docs/reference/rights.md`` for people, from the reviewed table ``tests/architecture/rights.yaml``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "tests/architecture/rights.yaml"
PAGE = ROOT / "docs/reference/rights.md"
WORDS = {
    "ok": "gets it",
    "done": "acts",
    "go": "is led on",
    "login": "to the sign-in",
    "again": "proves again who they are",
    "proof": "proves better who they are",
    "400": "400 wrong request",
    "403": "403 refused",
    "404": "404 nothing there",
    "405": "405 not in this way",
    "409": "409 not now",
    "422": "422 incomplete",
}
HEAD = """# Who may open what

Made from `tests/architecture/rights.yaml` by `make rights`; do not edit here.
`tests/architecture/test_rights_matrix.py` asks every address as every role by every method and compares: an
address that is missing, or one that answers otherwise, fails. The objects named in an address (a case, a draft,
a message) belong to the role "owner" and lie in the unit of the role "clerk"; for all others they are somebody
else's. PUT, PATCH and DELETE do nothing anywhere. What lists, numbers and searches show of others' things
(nothing) is checked by `tests/security/test_leaks.py`.

"""
ADDRESSES = "\n## Addresses\n\n| what | addresses | method | who gets what |\n|--|--|--|--|\n"


def page() -> str:
    """The whole page."""
    content = yaml.safe_load(TABLE.read_text())
    roles = [f"- **{name}**: {what}\n" for name, what in content["roles"].items()]
    rows = [line for group in content["groups"] for line in lines_of(group, content["roles"])]
    words = [f"| {word} | {meaning} |\n" for word, meaning in WORDS.items() if not word.isdigit()]
    parts = [
        HEAD,
        "## Roles\n\n",
        *roles,
        "\n## Words\n\n| in the table | here |\n|--|--|\n",
        *words,
        ADDRESSES,
        *rows,
    ]
    return "".join(parts)


def lines_of(group: Mapping[str, Any], roles: Mapping[str, str]) -> Iterator[str]:
    addresses = ", ".join(f"`{name}`" for name in group["addresses"])
    for method in ("get", "post"):
        yield f"| {group['what']} | {addresses} | {method.upper()} | {outcomes(group[method], roles)} |\n"


def outcomes(cell: Any, roles: Mapping[str, str]) -> str:
    if not isinstance(cell, Mapping):
        return f"everybody {WORDS[str(cell)]}"
    parts = []
    for outcome, names in cell.items():
        who = "all others" if names == "rest" else ", ".join(names.replace("rest", "all others").split())
        parts.append(f"{who}: {WORDS[str(outcome)]}")
    return "; ".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page())
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} geschrieben.\n")
