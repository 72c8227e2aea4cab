"""The town's look: its colours as custom properties, chosen so that text on them can be read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from rathaus.identity.public import Town, town

HEX = re.compile(r"#[0-9a-fA-F]{6}")
DEFAULT_COLOURS = {"primary": "#0e5567", "accent": "#a63d2f"}
MINIMUM_CONTRAST = 4.5


def current_town() -> Town:
    return town()


def colours() -> dict[str, str]:
    """Return the town's colours; one that is missing, malformed or too pale for white text is the default."""
    given = current_town().colours
    chosen: Mapping[str, object] = given if isinstance(given, Mapping) else {}
    return {name: _usable(chosen.get(name), default) for name, default in DEFAULT_COLOURS.items()}


def _usable(value: object, default: str) -> str:
    if isinstance(value, str) and HEX.fullmatch(value) and contrast_with_white(value) >= MINIMUM_CONTRAST:
        return value.lower()
    return default


def contrast_with_white(colour: str) -> float:
    """Return the contrast ratio of WCAG 2.2 between a colour and white, 1 to 21."""
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def stylesheet() -> str:
    """Return the stylesheet with the town's colours."""
    properties = "".join(f"--town-{name}:{value};" for name, value in colours().items())
    return f":root{{{properties}}}\n"


def stylesheet_version() -> str:
    """Return what changes when the colours or the coat of arms change."""
    return hashlib.sha256((stylesheet() + current_town().coat_of_arms).encode()).hexdigest()[:10]
