"""The built-in functions of FEEL (DMN 1.5, 10.3.4). Importing this package registers all of them."""

from __future__ import annotations

from . import contexts, conversion, lists, numeric, ranges, selection, statistics, strings, temporal
from .registry import FUNCTIONS

BUILTIN_NAMES = frozenset(FUNCTIONS)

__all__ = [
    "BUILTIN_NAMES",
    "FUNCTIONS",
    "contexts",
    "conversion",
    "lists",
    "numeric",
    "ranges",
    "selection",
    "statistics",
    "strings",
    "temporal",
]
