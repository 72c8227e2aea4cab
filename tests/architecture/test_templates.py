"""Templates hold nothing that the content security policy would refuse."""

from __future__ import annotations

import re

from tests.architecture import tree

INLINE_STYLE = re.compile(r"""<[^>]*\sstyle\s*=|<style\b""", re.IGNORECASE)
HANDLER = re.compile(r"""<[^>]*\son[a-z]+\s*=\s*["']""", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b[^>]*>", re.IGNORECASE)
NONCE = 'nonce="{{ request.csp_nonce }}"'
DATA = re.compile(r"""type=["']application/json["']""")


def found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{tree.relative(path)}: {match.group()[:80]}"
        for path in tree.templates()
        for match in pattern.finditer(path.read_text())
    ]


def test_no_inline_style() -> None:
    assert found(INLINE_STYLE) == []


def test_no_inline_handler() -> None:
    assert found(HANDLER) == []


def test_every_script_has_the_nonce() -> None:
    broken = [
        f"{tree.relative(path)}: {tag}"
        for path in tree.templates()
        for tag in SCRIPT.findall(path.read_text())
        if NONCE not in tag and not DATA.search(tag)
    ]
    assert broken == []
