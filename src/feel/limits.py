"""How much one FEEL text may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one compilation and of one evaluation; going beyond raises `FeelLimitError`.

    steps        loop passes, calls, list items made and (per 64 characters) text made, in one evaluation
    depth        nesting of the text
    calls        nesting of function calls
    text_length  characters of the FEEL text
    list_size    items of one list
    string_size  characters of one string
    pattern_size characters of a regular expression
    pattern_cost upper bound of the attempts a regular expression may need for its input
    """

    steps: int = 200_000
    depth: int = 80
    calls: int = 80
    text_length: int = 100_000
    list_size: int = 50_000
    string_size: int = 500_000
    pattern_size: int = 1_000
    pattern_cost: int = 20_000_000


DEFAULT_LIMITS = Limits()
