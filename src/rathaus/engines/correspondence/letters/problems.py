"""What is wrong with a letter's text, with line and column counted from 1."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"Zeile {self.line}, Spalte {self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    place: Place
    rule: str
    message: str


class InvalidLetter(ValueError):
    """The text is no letter; `problems` say where and what to do."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(f"{problem.place}: {problem.message}" for problem in problems))
        self.problems = problems


class LetterNotFillable(ValueError):
    """A value that the letter cannot do without is missing or of the wrong kind."""
