"""FEEL in letters: compiled once, with the paths it reads, so that unknown names are found before anyone writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import feel
from rathaus.kernel.public import clock

from .problems import LetterNotFillable, Place, Problem

MAX_LENGTH = 2_000
Names = Mapping[str, "Names | None"]


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    source: str
    place: Place
    compiled: feel.Expression

    @property
    def paths(self) -> frozenset[tuple[str, ...]]:
        return self.compiled.paths

    def evaluate(self, context: Mapping[str, object]) -> object:
        """Null where it cannot be worked out, as in FEEL."""
        try:
            return self.compiled.evaluate(context, now=clock.now())
        except feel.FeelLimitError as error:
            raise LetterNotFillable(f"{self.place}: {error.message}") from error


def compile_at(source: str, place: Place) -> Expression | Problem:
    if len(source) > MAX_LENGTH:
        return Problem(
            place, "letter.feel", f"Der Ausdruck ist länger als {MAX_LENGTH} Zeichen. Bitte aufteilen."
        )
    try:
        return Expression(source, place, feel.compile_expression(source))
    except feel.FeelError as error:
        return Problem(_within(place, error), "letter.feel", error.message)


def unknown_names(expression: Expression, names: Names) -> Iterator[Problem]:
    """A problem for each path that the known names do not have; below a name without a tree anything may stand."""
    for path in sorted(expression.paths):
        known: Names | None = names
        for depth, name in enumerate(path):
            if known is None:
                break
            if name not in known:
                yield Problem(expression.place, "letter.unknown_name", _unknown(path[: depth + 1], known))
                break
            known = known[name]


def names_at(expression: Expression, names: Names) -> Names | None:
    """The tree of names below a path, for the items of a list; None where the expression is more than a path."""
    if len(expression.paths) != 1:
        return None
    (path,) = expression.paths
    if ".".join(path) != expression.source.replace(" ", ""):
        return None
    found: Names | None = names
    for name in path:
        found = found.get(name) if found is not None else None
    return found


def _unknown(path: tuple[str, ...], known: Iterable[str]) -> str:
    choice = ", ".join(sorted(known)[:12])
    return f"„{'.'.join(path)}“ ist unbekannt. Hier gibt es: {choice or 'keine Namen'}."


def _within(place: Place, error: feel.FeelError) -> Place:
    if error.line > 1:
        return Place(place.line + error.line - 1, error.column)
    return Place(place.line, place.column + error.column - 1)
