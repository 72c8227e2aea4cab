"""The shape of ``examples/*.yaml``: an acceptance case that is played through the real engine."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field, model_validator

from rathaus.blueprints.bundle.descriptor import Part


class Account(Part):
    """The made-up person who applies; their account exists only while the example is played."""

    given_name: str
    family_name: str
    email: str
    assurance: Literal["low", "substantial", "high"] = "low"


class Refusal(Part):
    """A validation error that must come: its field path and a piece of its text."""

    path: str
    contains: str = ""


class Ask(Part):
    by: str
    text: str


class Answer(Part):
    text: str


class SampleFile(Part):
    """A file that the player makes: a real one of the kind ``content``."""

    name: str
    content: Literal["pdf", "png"]


class Documents(Part):
    """More documents from the applicant; with an open question they are its answer."""

    text: str = ""
    files: list[SampleFile] = Field(min_length=1)


class Withdraw(Part):
    reason: str = ""


_KINDS = ("task", "ask", "answer", "documents", "wait", "withdraw")


class Step(Part):
    """One thing that happens: a task done, a question asked or answered, time passing, a withdrawal."""

    task: str | None = None
    by: str | None = None
    outcome: str | None = None
    reason: str = ""
    data: dict[str, Any] = Field(default_factory=dict)
    ask: Ask | None = None
    answer: Answer | None = None
    documents: Documents | None = None
    wait: str | None = None
    withdraw: Withdraw | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Step:
        kinds = [name for name in _KINDS if getattr(self, name) is not None]
        if len(kinds) != 1:
            raise ValueError("Ein Schritt hat genau eines von task, ask, answer, documents, wait, withdraw.")
        if self.task is not None and self.by is None:
            raise ValueError("Zu task gehört by: die Rolle, die die Aufgabe erledigt.")
        return self


class Expectation(Part):
    path: list[str] = Field(default_factory=list)
    state: str | None = None
    results: dict[str, Any] = Field(default_factory=dict)
    fee: Decimal | None = None
    documents: list[str] = Field(default_factory=list)
    letters: list[str] = Field(default_factory=list)
    letter_text: dict[str, list[str]] = Field(default_factory=dict)
    open_task: str | None = None
    messages: int | None = None


class Example(Part):
    """Data in, who does what, what must come out. ``refused`` stands instead of steps and expectation."""

    schema_version: Literal[1] = Field(alias="schema")
    title: str
    at: datetime
    channel: Literal["online", "counter", "paper", "phone"] = "online"
    account: Account | None = None
    data: dict[str, Any]
    refused: list[Refusal] = Field(default_factory=list)
    steps: list[Step] = Field(default_factory=list)
    expect: Expectation = Field(default_factory=Expectation)

    @model_validator(mode="after")
    def _expects_something(self) -> Example:
        if not self.refused and not self.expect.model_fields_set:
            raise ValueError(
                "Ein Beispiel erwartet etwas: refused, oder expect mit path, state oder results."
            )
        return self
