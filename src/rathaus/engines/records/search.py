"""Full text of cases: the same words on both databases, rights as words inside the query.

SQLite keeps an FTS5 table beside ``CaseSearchEntry``, by triggers; PostgreSQL has a GIN index on it. Both see plain
words only, so that neither splits references or names in ways of its own. Each word stands there twice: as it is, and
behind the number of the access set (``12_mueller``), so that whoever works in one unit of forty reads a fortieth.
An index of words gives no order, and a common word has a hundred thousand hits; so a page of hits is looked for among
the newest entries first, and the index is asked only for what is rare there (`newest_hits`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from rathaus.kernel.public import text

MAX_WORDS = 8
MAX_HITS = 1_000
MIN_PREFIX = 3
MAX_LENGTH = 60
# How many of the newest entries are read word by word before the index is asked.
LOOK_BACK = 1_000
# Whoever reaches more access sets than this is asked for plain words, and rights are compared afterwards.
FEW_SETS = 12
TABLE = "records_casesearchentry"
_WORD = re.compile(r"[^\W_]+")

# Own names and constants only in all statements here; what was typed is always a parameter.
_ADD = f"INSERT INTO {TABLE}_fts(rowid, text) VALUES (new.id, new.text);"  # noqa: S608 - our own names and numbers; values are parameters
_TAKE = f"INSERT INTO {TABLE}_fts({TABLE}_fts, rowid, text) VALUES ('delete', old.id, old.text);"  # noqa: S608 - our own names and numbers; values are parameters
_SQLITE = (
    f"CREATE VIRTUAL TABLE {TABLE}_fts USING "
    f"fts5(text, content='{TABLE}', content_rowid='id', tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")",
    f"CREATE TRIGGER {TABLE}_added AFTER INSERT ON {TABLE} BEGIN {_ADD} END",
    f"CREATE TRIGGER {TABLE}_gone AFTER DELETE ON {TABLE} BEGIN {_TAKE} END",
    f"CREATE TRIGGER {TABLE}_changed AFTER UPDATE ON {TABLE} BEGIN {_TAKE} {_ADD} END",
)
_SQLITE_FILL = f"INSERT INTO {TABLE}_fts({TABLE}_fts) VALUES ('rebuild')"  # noqa: S608 - our own names and numbers; values are parameters
_SQLITE_UNDO = (
    *(f"DROP TRIGGER IF EXISTS {TABLE}_{event}" for event in ("added", "gone", "changed")),
    f"DROP TABLE IF EXISTS {TABLE}_fts",
)
# Without the list of pending entries: every search would read it through.
_POSTGRESQL = (f"CREATE INDEX {TABLE}_fts ON {TABLE} USING gin ((text::tsvector)) WITH (fastupdate = off)",)
_POSTGRESQL_UNDO = (f"DROP INDEX IF EXISTS {TABLE}_fts",)

_MATCH = {
    "sqlite": f"SELECT f.rowid AS id FROM {TABLE}_fts f WHERE f.{TABLE}_fts MATCH %s",  # noqa: S608 - our own names and numbers; values are parameters
    "postgresql": f"SELECT id FROM {TABLE} WHERE text::tsvector @@ %s::tsquery",  # noqa: S608 - our own names and numbers; values are parameters
}


def words_of(*parts: str) -> list[str]:
    """The plain words of texts: ``20.3-2026-00001 Müller`` gives 20, 3, 2026, 00001, mueller; long ones are cut."""
    return [word[:MAX_LENGTH] for word in _WORD.findall(text.fold(" ".join(parts)))]


def entry_text(access_set_id: int, *parts: str) -> str:
    """What is indexed for a case: its words, once plain and once behind its access set."""
    return _twice(list(dict.fromkeys(words_of(*parts))), access_set_id)


def moved_text(entry: str, access_set_id: int) -> str:
    """The same words for another access set."""
    return _twice([word for word in entry.split(" ") if "_" not in word], access_set_id)


def _twice(words: list[str], access_set_id: int) -> str:
    return " ".join([*words, *(f"{access_set_id}_{word}" for word in words)])


def hits(typed: str, access_set_ids: Sequence[int] | None) -> RawSQL | None:
    """A subquery of the newest `MAX_HITS` entries with all the words, within the access sets (None: everywhere).

    None where nothing was typed or no access set is given. Words of three letters and more match beginnings.
    """
    words = words_of(typed)[:MAX_WORDS]
    if not words or (access_set_ids is not None and not access_set_ids):
        return None
    statement, parameters = _indexed(words, access_set_ids, "", [])
    return RawSQL(f"{statement} ORDER BY id DESC LIMIT {MAX_HITS}", parameters)  # noqa: S611 -- constants


def newest_hits(
    typed: str, access_set_ids: Sequence[int] | None, *, before: int | None, count: int
) -> list[int]:
    """The keys of the ``count`` newest entries with all the words, below the key ``before``. At most two queries."""
    words = words_of(typed)[:MAX_WORDS]
    if not words or (access_set_ids is not None and not access_set_ids):
        return []
    found = _among_the_newest(words, access_set_ids, before, count)
    if len(found) >= count:
        return found
    condition, bound = ("", []) if before is None else (" WHERE id < %s", [before])
    statement, parameters = _indexed(words, access_set_ids, condition, bound)
    return _keys(f"{statement} ORDER BY id DESC LIMIT {count}", parameters)


def _keys(statement: str, parameters: Sequence[str | int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [key for (key,) in cursor.fetchall()]


def _among_the_newest(
    words: list[str], access_set_ids: Sequence[int] | None, before: int | None, count: int
) -> list[int]:
    """Hits among the newest entries within reach, read one by one."""
    bound = "TRUE" if before is None else f"id < {int(before)}"
    if access_set_ids is not None and len(access_set_ids) <= FEW_SETS:
        # One walk along the index for each set, each with an end of its own, so that no more is read or sorted.
        newest = " UNION ALL ".join(
            f"SELECT id, text FROM (SELECT id, text FROM {TABLE} WHERE access_set_id = {int(number)} "  # noqa: S608 - our own names and numbers; values are parameters
            f"AND {bound} ORDER BY id DESC LIMIT {LOOK_BACK}) AS part"
            for number in access_set_ids
        )
    else:
        end = f"(SELECT max(id) FROM {TABLE})" if before is None else int(before)  # noqa: S608 - our own names and numbers; values are parameters
        start = f"id > {end} - 10 * {LOOK_BACK}"
        newest = f"SELECT id, text FROM {TABLE} WHERE {bound} AND {start}{_within(access_set_ids)}"  # noqa: S608 - our own names and numbers; values are parameters
    conditions, patterns = _read(words)
    return _keys(
        f"SELECT id FROM ({newest} ORDER BY id DESC LIMIT {LOOK_BACK}) AS newest "  # noqa: S608 - our own names and numbers; values are parameters
        f"WHERE {conditions} ORDER BY id DESC LIMIT {count}",
        patterns,
    )


def _read(words: list[str]) -> tuple[str, list[str]]:
    """The condition that a text holds all the words; they are of letters and digits, so no sign has to be escaped."""
    patterns = [f"% {word}%" if len(word) >= MIN_PREFIX else f"% {word} %" for word in words]
    return " AND ".join(["' ' || text || ' ' LIKE %s"] * len(words)), patterns


def _within(access_set_ids: Sequence[int] | None) -> str:
    if access_set_ids is None:
        return ""
    return f" AND access_set_id IN ({', '.join(str(int(number)) for number in access_set_ids)})"


def _indexed(
    words: list[str], access_set_ids: Sequence[int] | None, condition: str, bound: list[int]
) -> tuple[str, list[str | int]]:
    """All entries with the words, by the index of words. MATERIALIZED keeps PostgreSQL from walking by key instead."""
    few = access_set_ids is not None and len(access_set_ids) <= FEW_SETS
    query = _query(words, access_set_ids if few else None)
    match = _MATCH[connection.vendor]
    if access_set_ids is not None and not few:
        if connection.vendor == "sqlite":
            match = f"SELECT e.id FROM ({match}) AS f JOIN {TABLE} e ON e.id = f.id WHERE TRUE"  # noqa: S608 - our own names and numbers; values are parameters
        match += _within(access_set_ids)
    return f"WITH hits AS MATERIALIZED ({match}) SELECT id FROM hits{condition}", [query, *bound]  # noqa: S608 - our own names and numbers; values are parameters


def _query(words: list[str], access_set_ids: Sequence[int] | None) -> str:
    """The words for the index, behind each access set where some are given."""
    prefixes = [""] if access_set_ids is None else [f"{number}_" for number in access_set_ids]
    if connection.vendor == "sqlite":
        return " OR ".join(
            "(" + " AND ".join(_term(f'"{prefix}{word}"', word, " *") for word in words) + ")"
            for prefix in prefixes
        )
    return " | ".join(
        "(" + " & ".join(_term(f"'{prefix}{word}'", word, ":*") for word in words) + ")"
        for prefix in prefixes
    )


def _term(quoted: str, word: str, beginning: str) -> str:
    return quoted + beginning if len(word) >= MIN_PREFIX else quoted


# From ``x0access12x words`` to ``words 12_words``, and the access set into its column.
_WORDS = "substr(text, {position}(text, ' ') + 1)"
_REWRITE = (
    f"UPDATE {TABLE} SET access_set_id = c.access_set_id, text = {_WORDS} || ' ' || c.access_set_id || '_' "  # noqa: S608 - our own names and numbers; values are parameters
    f"|| replace({_WORDS}, ' ', ' ' || c.access_set_id || '_') "
    "FROM records_case c WHERE c.id = case_id AND text LIKE 'x0access%%'"
)


def rewrite_entries(apps: Any, schema_editor: Any) -> None:
    """For the migration: one statement, so that a million entries take seconds."""
    position = "instr" if schema_editor.connection.vendor == "sqlite" else "strpos"
    schema_editor.execute(_REWRITE.format(position=position), [])


def install(apps: Any, schema_editor: Any) -> None:
    """For the migration: build the index."""
    for statement in _SQLITE if schema_editor.connection.vendor == "sqlite" else _POSTGRESQL:
        schema_editor.execute(statement)
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(_SQLITE_FILL)


def remove(apps: Any, schema_editor: Any) -> None:
    """For the migration: take the index away."""
    for statement in _SQLITE_UNDO if schema_editor.connection.vendor == "sqlite" else _POSTGRESQL_UNDO:
        schema_editor.execute(statement)
