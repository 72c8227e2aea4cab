"""Which stored contents are handed out to nobody at the moment; a higher floor knows why, such as a virus scan."""

from __future__ import annotations

from collections.abc import Callable

from .registry import Registry

__all__ = ["HELD_NOTE", "checks", "is_held"]

HELD_NOTE = (
    "Diese Datei ist hier nicht enthalten: "
    "Der Virenscan hat sie noch nicht geprüft oder Schadsoftware darin gefunden."
)
"""What stands in an archive in place of such a file."""

checks: Registry[Callable[[str], bool]] = Registry("check of contents")


def is_held(sha256: str) -> bool:
    """Whether a content, by its SHA-256, must not leave the house. Ask before packing files into anything."""
    return any(check(sha256) for check in checks)
