"""One run of the engine: a unit of work within one transaction, from an outside push until every token waits.

Tokens move in memory; rows are written once, at the end, by few statements.
"""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from rathaus.identity.public import Actor
from rathaus.kernel.public import clock, events

from .. import expressions
from ..bpmn.model import Element, Process
from ..enums import HistoryKind, InstanceState, TokenState
from ..models import HistoryEntry, Incident, MessageWait, ProcessInstance, Timer, Token, UserTask
from ..ports import subject_data
from .compiled import process_of

MAX_STEPS_PER_RUN = 2_000
MAX_AUTOMATIC_STEPS = 20_000


@dataclass(eq=False)
class Running:
    """An instance in memory: its row, its compiled process, its tokens, its variables as FEEL values."""

    row: ProcessInstance
    process: Process
    tokens: dict[uuid.UUID, Token]
    is_new: bool = False
    is_changed: bool = False

    @cached_property
    def variables(self) -> dict[str, object]:
        return expressions.load(self.row.variables)

    @cached_property
    def subject_context(self) -> Mapping[str, object]:
        return subject_data.context(self.row.subject)

    @property
    def is_active(self) -> bool:
        return self.row.state == InstanceState.ACTIVE

    def element_of(self, token: Token) -> Element:
        return self.process.elements[token.element_id]

    def parent_of(self, token: Token) -> Token | None:
        return self.tokens[token.parent_id] if token.parent_id else None

    def scopes_of(self, token: Token) -> list[Token]:
        """The token and those around it, from the inside out."""
        found = [token]
        while found[-1].parent_id:
            found.append(self.tokens[found[-1].parent_id])
        return found

    def inside(self, token: Token) -> list[Token]:
        """All tokens below this one."""
        found = [other for other in self.tokens.values() if other.parent_id == token.id]
        for other in tuple(found):
            found.extend(self.inside(other))
        return found

    def names_for(self, token: Token | None) -> dict[str, object]:
        """Variables in scope, without the subject's data."""
        names: dict[str, object] = dict(self.variables)
        for scope in reversed(self.scopes_of(token)) if token is not None else ():
            if scope.variables is not None:
                names.update(expressions.load(scope.variables))
        names["heute"] = clock.today()
        return names

    def context_for(self, token: Token | None) -> dict[str, object]:
        """Everything an expression may read here."""
        return {**self.subject_context, **self.names_for(token)}


class LazyContext(Mapping[str, object]):
    """The FEEL context for actions, which mostly read none of it: the subject's data are fetched on first use."""

    def __init__(self, running: Running, names: Mapping[str, object]) -> None:
        self._running = running
        self._names = names

    @cached_property
    def _all(self) -> Mapping[str, object]:
        return {**self._running.subject_context, **self._names}

    def __getitem__(self, name: str) -> object:
        return self._names[name] if name in self._names else self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


@dataclass(eq=False)
class Run:
    actor: Actor
    now: datetime = field(default_factory=clock.now)
    running: dict[uuid.UUID, Running] = field(default_factory=dict)
    ready: deque[tuple[Running, Token]] = field(default_factory=deque)
    steps: int = 0
    tasks: list[UserTask] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    waits: list[MessageWait] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    history: list[HistoryEntry] = field(default_factory=list)
    facts: list[events.Event] = field(default_factory=list)
    # Actions to be done by a job: token, visit, seconds to wait. And messages to be delivered by one.
    jobs: list[tuple[uuid.UUID, str, int]] = field(default_factory=list)
    messages: list[tuple[str, uuid.UUID]] = field(default_factory=list)
    gone: dict[uuid.UUID, Token] = field(default_factory=dict)
    changed: set[uuid.UUID] = field(default_factory=set)
    unwaiting: set[uuid.UUID] = field(default_factory=set)
    abandoned_tasks: set[uuid.UUID] = field(default_factory=set)
    abandoned_incidents: set[uuid.UUID] = field(default_factory=set)

    def add(self, row: ProcessInstance, tokens: Iterable[Token], *, is_new: bool = False) -> Running:
        running = Running(
            row, process_of(row.version_id), {token.id: token for token in tokens}, is_new=is_new
        )
        self.running[row.id] = running
        return running

    def load(self, instance_id: uuid.UUID) -> Running:
        """Another instance of the family; its lock is held by the row of the outermost caller."""
        if instance_id not in self.running:
            row = ProcessInstance.objects.get(pk=instance_id)
            self.add(row, Token.objects.filter(instance_id=instance_id))
        return self.running[instance_id]

    def new_token(
        self, running: Running, element_id: str, *, parent_id: uuid.UUID | None, via: str = ""
    ) -> Token:
        token = Token(
            instance_id=running.row.id,
            element_id=element_id,
            parent_id=parent_id,
            via=via,
            state=TokenState.MOVING,
            since=self.now,
        )
        running.tokens[token.id] = token
        return token

    def move(self, running: Running, token: Token, element_id: str, *, via: str = "") -> None:
        """Put the token on an element; what happens there comes when its turn comes."""
        token.element_id, token.via, token.state, token.since = element_id, via, TokenState.MOVING, self.now
        token.data = {}
        self.changed.add(token.id)
        self.ready.append((running, token))

    def write(self, running: Running, token: Token, name: str, value: object) -> None:
        """Set a variable in the nearest inner scope that has its own, else in the instance."""
        for scope in running.scopes_of(token)[1:]:
            if scope.variables is not None:
                scope.variables = {**scope.variables, **expressions.dump({name: value})}
                self.changed.add(scope.id)
                return
        running.variables[name] = value
        running.is_changed = True

    def wait(self, token: Token, state: TokenState, **data: Any) -> None:
        """Let the token wait where it stands, with book-keeping data added to what it has."""
        token.state = state
        if data:
            token.data = {**token.data, **data}
        self.changed.add(token.id)

    def drop_waits(self, token: Token) -> None:
        """The token waits for its timers and messages no longer."""
        if token.has_waits:
            token.has_waits = False
            self.unwaiting.add(token.id)
            self.timers = [timer for timer in self.timers if timer.token_id != token.id]
            self.waits = [wait for wait in self.waits if wait.token_id != token.id]

    def remove(self, running: Running, token: Token) -> None:
        running.tokens.pop(token.id, None)
        self.gone[token.id] = token

    def note(
        self, running: Running, element: Element, kind: HistoryKind, details: Mapping[str, Any] | None = None
    ) -> None:
        self.history.append(
            HistoryEntry(
                instance_id=running.row.id,
                element_id=element.id,
                name=element.name[:300],
                kind=kind,
                at=self.now,
                actor_name=self.actor.name[:200],
                details=dict(details or {}),
            )
        )

    def is_ready(self, running: Running, token: Token) -> bool:
        return token.state == TokenState.MOVING and token.id in running.tokens and running.is_active

    def value(self, running: Running, token: Token | None, text: str) -> object:
        """The value of a FEEL text here. Raises feel.FeelError."""
        expression = expressions.compiled(text)
        names = running.names_for(token)
        if not expression.names <= names.keys():
            names = {**running.subject_context, **names}
        return expressions.evaluate(expression, names)
