"""The checks: each part of the house registers its own, from ``apps.ready``."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ..registry import Registry

logger = logging.getLogger(__name__)

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that was looked at: how it is, and where it is not well, what to do. German, without secrets."""

    level: Level
    place: str
    message: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A check by name. ``is_outward``: it asks other machines and may take seconds."""

    name: str
    run: Callable[[], Iterable[Observation]]
    is_outward: bool = False


# doctor.checks.register(doctor.Check("Virenscanner", look, is_outward=True))
checks: Registry[Check] = Registry("check", key=lambda check: check.name)


def ok(place: str, message: str) -> Observation:
    return Observation("ok", place, message)


def warn(place: str, message: str, advice: str) -> Observation:
    return Observation("warn", place, message, advice)


def fail(place: str, message: str, advice: str) -> Observation:
    return Observation("fail", place, message, advice)


def observe(*, outward: bool = True) -> Iterator[Observation]:
    """Run the checks in their order; one that breaks is an observation itself."""
    for check in checks:
        if check.is_outward and not outward:
            continue
        try:
            yield from check.run()
        except Exception as error:  # whatever one check runs into, the others must have their say
            logger.exception("check_failed name=%s", check.name)
            text = " ".join(str(error).split())[:200]
            yield fail(
                check.name,
                f"ließ sich nicht prüfen: {text or type(error).__name__}.",
                "Bitte die Meldung ansehen.",
            )
