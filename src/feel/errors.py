"""Errors of the FEEL language. Every message is German, because clerks read it."""

from __future__ import annotations

from dataclasses import dataclass


class FeelError(Exception):
    """A FEEL text could not be understood or worked out.

    `position` is the offset in the text (0 = first character), `line` and `column` count from 1.
    """

    def __init__(self, message: str, position: int = 0, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return f"Zeile {self.line}, Spalte {self.column}: {self.message}"


class FeelSyntaxError(FeelError):
    """The text is not FEEL."""


class FeelLimitError(FeelError):
    """Working out the text would take too long or too much memory (see `Limits`)."""

    # Whether the position is that of the costly part, and not just the beginning.
    located = False


class FeelNull(Exception):
    """Inside the evaluation only: the operation has no result, so its value is null (DMN 1.5, 10.3.2.13)."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a FEEL text; line and column are only worked out when somebody reads them."""

    text: str
    position: int

    @property
    def line(self) -> int:
        return self.text.count("\n", 0, self.position) + 1

    @property
    def column(self) -> int:
        return self.position - self.text.rfind("\n", 0, self.position)

    @property
    def weight(self) -> int:
        """Steps that one pass through a text of this length costs."""
        return 1 + (len(self.text) >> 8)

    def syntax(self, message: str) -> FeelSyntaxError:
        return FeelSyntaxError(message, self.position, self.line, self.column)

    def limit(self, message: str) -> FeelLimitError:
        error = FeelLimitError(message, self.position, self.line, self.column)
        error.located = bool(self.text)
        return error

    def describe(self, message: str) -> str:
        return f"Zeile {self.line}, Spalte {self.column}: {message}"


NOWHERE = Place("", 0)
