"""Full text of cases: the same words on both databases, rights as words inside the query.

SQLite keeps an FTS5 table beside ``CaseSearchEntry``, by triggers; PostgreSQL has a GIN index on it. Both see plain
words only, so that neither splits references or names in ways of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from rathaus.kernel.public import text

MAX_WORDS = 8
MAX_HITS = 1_000
MIN_PREFIX = 3
TABLE = "records_casesearchentry"
_WORD = re.compile(r"[^\W_]+")

_ADD = f"INSERT INTO {TABLE}_fts(rowid, text) VALUES (new.id, new.text);"  # noqa: S608 -- constants only
_TAKE = f"INSERT INTO {TABLE}_fts({TABLE}_fts, rowid, text) VALUES ('delete', old.id, old.text);"  # noqa: S608
_SQLITE = (
    f"CREATE VIRTUAL TABLE {TABLE}_fts USING fts5(text, content='{TABLE}', content_rowid='id')",
    f"CREATE TRIGGER {TABLE}_added AFTER INSERT ON {TABLE} BEGIN {_ADD} END",
    f"CREATE TRIGGER {TABLE}_gone AFTER DELETE ON {TABLE} BEGIN {_TAKE} END",
    f"CREATE TRIGGER {TABLE}_changed AFTER UPDATE ON {TABLE} BEGIN {_TAKE} {_ADD} END",
)
_SQLITE_UNDO = (
    *(f"DROP TRIGGER IF EXISTS {TABLE}_{event}" for event in ("added", "gone", "changed")),
    f"DROP TABLE IF EXISTS {TABLE}_fts",
)
_POSTGRESQL = (f"CREATE INDEX {TABLE}_fts ON {TABLE} USING gin (to_tsvector('simple', text))",)
_POSTGRESQL_UNDO = (f"DROP INDEX IF EXISTS {TABLE}_fts",)

# Own names and constants only; what was typed is a parameter.
_HITS = {
    "sqlite": f"SELECT rowid FROM {TABLE}_fts WHERE {TABLE}_fts MATCH %s "  # noqa: S608
    f"ORDER BY rowid DESC LIMIT {MAX_HITS}",
    "postgresql": f"SELECT id FROM {TABLE} WHERE to_tsvector('simple', text) @@ to_tsquery('simple', %s) "  # noqa: S608
    f"ORDER BY id DESC LIMIT {MAX_HITS}",
}


def words_of(*parts: str) -> list[str]:
    """The plain words of texts: ``20.3-2026-00001 Müller`` gives 20, 3, 2026, 00001, mueller."""
    return _WORD.findall(text.fold(" ".join(parts)))


def entry_text(access_set_id: int, *parts: str) -> str:
    """What is indexed for a case."""
    return " ".join([_access_word(access_set_id), *dict.fromkeys(words_of(*parts))])


def moved_text(entry: str, access_set_id: int) -> str:
    """The same words for another access set."""
    return " ".join([_access_word(access_set_id), *entry.split(" ")[1:]])


def _access_word(access_set_id: int) -> str:
    return f"x0access{access_set_id}x"


def hits(typed: str, access_set_ids: Iterable[int] | None) -> RawSQL | None:
    """A subquery of the newest entries with all the words, within the access sets (None: everywhere).

    None where nothing was typed or no access set is given. Words of three letters and more match beginnings.
    """
    words = words_of(typed)[:MAX_WORDS]
    rights = (
        None if access_set_ids is None else [_access_word(number) for number in sorted(set(access_set_ids))]
    )
    if not words or rights == []:
        return None
    query = _fts5(words, rights) if connection.vendor == "sqlite" else _tsquery(words, rights)
    return RawSQL(_HITS[connection.vendor], [query])  # noqa: S611 -- constant text, the query is a parameter


def _fts5(words: list[str], rights: list[str] | None) -> str:
    terms = [f'"{word}"*' if len(word) >= MIN_PREFIX else f'"{word}"' for word in words]
    if rights:
        terms.append("(" + " OR ".join(rights) + ")")
    return " AND ".join(terms)


def _tsquery(words: list[str], rights: list[str] | None) -> str:
    terms = [f"{word}:*" if len(word) >= MIN_PREFIX else word for word in words]
    if rights:
        terms.append("(" + " | ".join(rights) + ")")
    return " & ".join(terms)


def install(apps: Any, schema_editor: Any) -> None:
    """For the migration: build the index."""
    for statement in _SQLITE if schema_editor.connection.vendor == "sqlite" else _POSTGRESQL:
        schema_editor.execute(statement)


def remove(apps: Any, schema_editor: Any) -> None:
    """For the migration: take the index away."""
    for statement in _SQLITE_UNDO if schema_editor.connection.vendor == "sqlite" else _POSTGRESQL_UNDO:
        schema_editor.execute(statement)
