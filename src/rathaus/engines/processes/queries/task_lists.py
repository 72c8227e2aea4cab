"""Lists of open tasks, page by page and counted up to a limit, at the same cost whatever their length.

What an actor may do are branches: the tasks of each unit that the actor works for or heads, and those that bear the
name of a person. Every branch walks along an index that holds open tasks only, in the order of the list, and stops
after a page; the few found are put in order. The ORM writes no such statement: it would sort them all.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from django.db import connection

from rathaus.identity.public import Actor

from ..models import UserTask

_TABLE = UserTask._meta.db_table
_KEY_COLUMNS = "due_on, created_at, id"
# Own names only; every value is a parameter, except numbers of units and access sets.
_LINES = """
SELECT t.id, t.subject, t.name, t.due_on, t.created_at, t.unit_id, u.name, t.assignee_id, a.given_name, a.family_name
FROM ({page}) p
JOIN processes_usertask t ON t.id = p.id
JOIN identity_organizationalunit u ON u.id = t.unit_id
LEFT JOIN identity_useraccount a ON a.id = t.assignee_id
ORDER BY {order} LIMIT {count}
"""


class TaskList(StrEnum):
    """Which of the actor's tasks: those that bear their name (or that of whom they stand in for), the others, both."""

    OWN = "own"
    OFFICE = "office"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Fragment:
    """A condition on the task ``t`` that a caller brings along, with its parameters."""

    sql: str = "TRUE"
    parameters: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: the next one starts behind it."""

    due_on: date | None
    created_at: datetime
    task_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class TaskLine:
    """An open task as lists show it."""

    task_id: uuid.UUID
    subject: uuid.UUID
    name: str
    due_on: date | None
    created_at: datetime
    unit_id: int
    unit_name: str
    assignee_id: uuid.UUID | None
    assignee_name: str

    @property
    def place(self) -> Place:
        return Place(self.due_on, self.created_at, self.task_id)


def task_page(
    actor: Actor,
    access_set_ids: Collection[int],
    which: TaskList,
    *,
    also: Sequence[Fragment] = (),
    due_until: date | None = None,
    undated_only: bool = False,
    newest_first: bool = False,
    after: Place | None = None,
    count: int,
) -> list[TaskLine]:
    """The next ``count`` tasks of a list: the most urgent first, those without a date last; or the newest first.

    One query; tasks with a date and those without come by walks of their own. ``access_set_ids`` are those that the
    actor may open.
    """
    branches = _branches(actor, access_set_ids, which, also)
    if not branches:
        return []
    if newest_first:
        condition = (
            _dated(due_until) if due_until else Fragment("t.due_on IS NULL" if undated_only else "TRUE")
        )
        walks = [([condition, *_older(after)], "created_at DESC, id DESC")]
        return _lines(_parts(branches, walks, count), "t.created_at DESC, t.id DESC", count)
    walks = []
    if not undated_only and (after is None or after.due_on is not None):
        walks.append(([_dated(due_until), *_behind(after)], _KEY_COLUMNS))
    if due_until is None:
        behind = _behind(after) if after is not None and after.due_on is None else []
        walks.append(([Fragment("t.due_on IS NULL"), *behind], "created_at, id"))
    return _lines(_parts(branches, walks, count), "t.due_on IS NULL, t.due_on, t.created_at, t.id", count)


def count_statement(
    actor: Actor,
    access_set_ids: Collection[int],
    which: TaskList,
    *,
    also: Sequence[Fragment] = (),
    due_until: date | None = None,
    limit: int,
) -> Fragment:
    """A statement that gives one row for each task of a list, ``limit`` at most: to be counted inside another one."""
    branches = _branches(actor, access_set_ids, which, also)
    if not branches:
        return Fragment(f"SELECT id FROM {_TABLE} WHERE FALSE")  # noqa: S608 -- own names
    walks = [([] if due_until is None else [_dated(due_until)], _KEY_COLUMNS)]
    parts = _parts(branches, walks, limit)
    union = " UNION ALL ".join(part.sql for part in parts)
    parameters = tuple(value for part in parts for value in part.parameters)
    return Fragment(f"SELECT id FROM ({union}) AS listed LIMIT {int(limit)}", parameters)  # noqa: S608 -- own names


def _branches(
    actor: Actor, access_set_ids: Collection[int], which: TaskList, also: Sequence[Fragment]
) -> list[Fragment]:
    """What the actor may do, each branch for one walk through an index; no task is in two of them."""
    if not actor.is_staff or not access_set_ids:
        return []
    sets = Fragment(f"t.access_set_id IN ({_numbers(access_set_ids)})")
    people = [_key(number) for number in people_of(actor)]
    own_branches = [Fragment("t.assignee_id = %s", (person,)) for person in people]
    named = ", ".join(["%s"] * len(people))
    others = Fragment(f"(t.assignee_id IS NULL OR t.assignee_id NOT IN ({named}))", tuple(people))
    unit_branches = [_all([unit, others]) for unit in _units(actor)]
    wanted = {
        TaskList.OWN: own_branches,
        TaskList.OFFICE: unit_branches,
        TaskList.ALL: own_branches + unit_branches,
    }
    return [_all([branch, sets, *also]) for branch in wanted[which]]


def people_of(actor: Actor) -> list[uuid.UUID]:
    """The actor and those the actor stands in for."""
    own = [actor.account_id] if actor.account_id else []
    return [*own, *(person.account_id for person in actor.stands_in_for)]


def _units(actor: Actor) -> list[Fragment]:
    """The tasks of each unit within reach: all for its heads, else those of one's roles and those of none."""
    roles: dict[int, set[str]] = defaultdict(set)
    for unit_id in actor.unit_ids:
        roles[unit_id].add("")
    for post in actor.posts:
        roles[post.unit_id] |= post.roles
    branches = []
    for unit_id in sorted(actor.headed_unit_ids | roles.keys()):
        unit = f"t.unit_id = {int(unit_id)}"
        if unit_id in actor.headed_unit_ids:
            branches.append(Fragment(unit))
        else:
            names = tuple(sorted(roles[unit_id]))
            branches.append(Fragment(f"{unit} AND t.post_role IN ({', '.join(['%s'] * len(names))})", names))
    return branches


def _dated(until: date | None) -> Fragment:
    if until is None:
        return Fragment("t.due_on IS NOT NULL")
    return Fragment("t.due_on <= %s", (connection.ops.adapt_datefield_value(until),))


def _behind(after: Place | None) -> list[Fragment]:
    """Behind a place in the order of urgency, within the tasks that have a date, or within those that have none."""
    if after is None:
        return []
    moment, key = connection.ops.adapt_datetimefield_value(after.created_at), _key(after.task_id)
    if after.due_on is None:
        return [Fragment("(t.created_at, t.id) > (%s, %s)", (moment, key))]
    day = connection.ops.adapt_datefield_value(after.due_on)
    return [Fragment("(t.due_on, t.created_at, t.id) > (%s, %s, %s)", (day, moment, key))]


def _older(after: Place | None) -> list[Fragment]:
    if after is None:
        return []
    values = (connection.ops.adapt_datetimefield_value(after.created_at), _key(after.task_id))
    return [Fragment("(t.created_at, t.id) < (%s, %s)", values)]


def _parts(
    branches: Sequence[Fragment], walks: Sequence[tuple[Sequence[Fragment], str]], count: int
) -> list[Fragment]:
    """The first ``count`` tasks of every branch on every walk: more than that, no page can need of one.

    The state stands there as a word, not a parameter: SQLite takes no index for open tasks otherwise.
    """
    parts = []
    for branch in branches:
        for conditions, order in walks:
            chosen = _all([branch, *conditions])
            walk = f"SELECT id FROM {_TABLE} t WHERE t.state = 'open' AND {chosen.sql}"  # noqa: S608 -- own names
            limited = f"SELECT id FROM ({walk} ORDER BY {order} LIMIT {int(count)}) AS part"  # noqa: S608 - our own names and numbers; values are parameters
            parts.append(Fragment(limited, chosen.parameters))
    return parts


def _lines(parts: Sequence[Fragment], order: str, count: int) -> list[TaskLine]:
    if not parts:
        return []
    page = " UNION ALL ".join(part.sql for part in parts)
    parameters = [value for part in parts for value in part.parameters]
    with connection.cursor() as cursor:
        cursor.execute(_LINES.format(page=page, order=order, count=int(count)), parameters)
        return [_line(row) for row in cursor.fetchall()]


def _all(fragments: Iterable[Fragment]) -> Fragment:
    listed = [fragment for fragment in fragments if fragment.sql != "TRUE"] or [Fragment()]
    parameters = tuple(value for fragment in listed for value in fragment.parameters)
    return Fragment(" AND ".join(fragment.sql for fragment in listed), parameters)


def _numbers(values: Iterable[int]) -> str:
    return ", ".join(str(int(value)) for value in sorted(values))


def _key(value: uuid.UUID) -> Any:
    return UserTask._meta.pk.get_db_prep_value(value, connection)


def _line(row: tuple[Any, ...]) -> TaskLine:
    """SQLite gives days and moments as text (UTC), and a UUID without hyphens."""
    task_id, subject, name, due_on, created_at, unit_id, unit_name, assignee_id, given_name, family_name = row
    if isinstance(due_on, str):
        due_on = date.fromisoformat(due_on)
    if isinstance(created_at, str):
        created_at = datetime.fromisoformat(created_at)
    if created_at.tzinfo is None:
        created_at = created_at.replace(tzinfo=UTC)
    return TaskLine(
        task_id=_uuid(task_id),
        subject=_uuid(subject),
        name=name,
        due_on=due_on,
        created_at=created_at,
        unit_id=unit_id,
        unit_name=unit_name,
        assignee_id=None if assignee_id is None else _uuid(assignee_id),
        assignee_name=f"{given_name or ''} {family_name or ''}".strip(),
    )


def _uuid(value: Any) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value)
