"""Fills a scratch town with any number of cases, for ``scale.py``. Run alone, this file does nothing.

The cases of the demonstration went through the real doors. Each is a pattern: its rows in all tables are copied inside
the database, set by set, with new keys, days, people and units. What columns there are, the models say, so that the
copies keep up with them. Rows that only a person can make sense of (letters' texts) are cut short.
"""

# ruff: noqa: PLC0415, S608 -- Django must be set up first; table and column names are our own

from __future__ import annotations

import hashlib
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import Any

from people import Office, People

CHUNK = 20_000
CLONE_COLUMNS = (
    "n", "pattern", "unit_id", "access_set_id", "account_id", "clerk_id", "days", "title", "reference",
    "file_reference", "name", "words",
)  # fmt: skip
BY_CASE, BY_SUBJECT = "t.case_id", "t.subject"
# Each table of a case, in the order of insertion: the app's model, and how its rows find their case.
TABLES: tuple[tuple[str, str, str], ...] = (
    ("records.Dossier", "k.id", "JOIN records_case k ON k.dossier_id = t.id"),
    ("records.Case", "t.id", ""),
    ("records.CaseSearchEntry", BY_CASE, ""),
    ("records.FollowUp", BY_CASE, ""),
    ("records.Document", BY_CASE, ""),
    ("records.DocumentVersion", "d.case_id", "JOIN records_document d ON d.id = t.document_id"),
    ("records.FileNote", BY_CASE, ""),
    ("records.TimelineEntry", BY_CASE, ""),
    ("forms.Submission", "a.case_id", "JOIN intake_application a ON a.submission_id = t.id"),
    ("intake.Application", BY_CASE, ""),
    ("intake.Inquiry", BY_CASE, ""),
    ("casework.CoSignature", BY_CASE, ""),
    ("processes.ProcessInstance", BY_SUBJECT, ""),
    ("processes.Token", "i.subject", "JOIN processes_processinstance i ON i.id = t.instance_id"),
    ("processes.Timer", "i.subject", "JOIN processes_processinstance i ON i.id = t.instance_id"),
    ("processes.MessageWait", BY_SUBJECT, ""),
    ("processes.UserTask", BY_SUBJECT, ""),
    ("processes.HistoryEntry", "i.subject", "JOIN processes_processinstance i ON i.id = t.instance_id"),
    ("correspondence.Letter", BY_SUBJECT, ""),
    ("correspondence.InboxMessage", BY_SUBJECT, ""),
    ("kernel.AuditEntry", "k.id", "JOIN records_case k ON t.subject = {case_subject}"),
)
APPLICANT = frozenset({"Case.applicant", "Application.account", "InboxMessage.account"})
OWN = {
    "Dossier.file_reference": "c.file_reference", "Dossier.title": "c.title",
    "Case.case_reference": "c.reference", "Case.title": "c.title", "Case.applicant_name": "c.name",
    "CaseSearchEntry.text": "c.words", "Application.token": "'bench-' || c.n",
    "InboxMessage.key": "t.key || '-' || c.n", "InboxMessage.body_html": "substr(t.body_html, 1, 300)",
    "Letter.html": "substr(t.html, 1, 300)", "Letter.context": "{empty}",
    "AuditEntry.subject": "{case_subject_of_clone}",
}  # fmt: skip


@dataclass
class Town:
    """A town that grows: ``grow(to)`` adds cases until there are so many."""

    people: People
    names: Sequence[str]
    cases: int = 0
    random: Random = field(default_factory=lambda: Random(5))  # noqa: S311 -- made-up data
    open_patterns: list[tuple[Any, str]] = field(default_factory=list)
    closed_patterns: list[tuple[Any, str]] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sql = _Dialect()
        self.statements = [_Copy(self.sql, *table) for table in TABLES]
        self._read_patterns()
        self.sql.run(self.sql.clone_table)
        for statement in self.statements:
            statement.keep_patterns()

    def _read_patterns(self) -> None:
        from rathaus.engines.records.public import Case, CaseState

        ended = (CaseState.CLOSED, CaseState.WITHDRAWN)
        for case in Case.objects.exclude(state=CaseState.DECIDED).order_by("pk"):
            subject = case.title.replace(case.applicant_name, "").strip(" :,-")
            title = f"{case.case_type.replace('-', ' ').title()}: {subject}"[:100]
            group = self.closed_patterns if case.state in ended else self.open_patterns
            group.append((case.pk, title))

    def grow(self, to: int) -> None:
        """Add cases, indexes last; statistics are fresh afterwards."""
        with self.sql.loading([statement.table for statement in self.statements]):
            for start in range(self.cases, to, CHUNK):
                end = min(start + CHUNK, to)
                self.sql.fill(map(self._clone, range(start, end)))
                for statement in self.statements:
                    _progress(f"{statement.table:<32}", start, to)
                    self.rows[statement.table] = self.rows.get(statement.table, 0) + statement.copy()
                _progress("", end, to)
        self.cases = to

    def _clone(self, n: int) -> tuple[Any, ...]:
        """Five in a hundred are open. Case 7 and the first few belong to the same people in every size."""
        from rathaus.engines.records import search

        random, is_open = self.random, n % 20 == 7
        pattern, title = random.choice(self.open_patterns if is_open else self.closed_patterns)
        office = self._office(n, is_open=is_open)
        days = -random.randint(0, 45 if is_open else 3_600)
        account, name = self._applicant(n)
        if n == 11:
            name = "Kunigunde Quastenflosser"
        access_set = office.access_sets[-1] if n % 19 == 0 else office.access_sets[0]
        reference, file_reference = f"20.3-{2026 + days // 365}-{n + 10_000:07d}", f"20.3/{n + 10_000:07d}"
        words = search.entry_text(access_set, reference, file_reference, f"{title} {name}", name)
        return (
            n, pattern, office.unit_id, access_set, account, random.choice(office.clerks), days, f"{title} {name}",
            reference, file_reference, name, words,
        )  # fmt: skip

    def _office(self, n: int, *, is_open: bool) -> Office:
        offices = self.people.offices
        if n in (7, 11):
            return max(offices, key=lambda office: office.closed)
        weights = accumulate(office.open if is_open else office.closed for office in offices)
        (found,) = self.random.choices(offices, cum_weights=list(weights))
        return found

    def _applicant(self, n: int) -> tuple[Any, str]:
        if n < 60 and n % 8 == 7:
            return self.people.regular, "Erika Muster"
        if n % 200 == 9 or (n < 200 and n % 5 == 1 and n != 11):
            return self.people.firm, "Hausverwaltung Bench GmbH"
        account, name = self.random.choice(self.people.accounts)
        return (account if n % 10 else None), name


class _Copy:
    """Copies the rows of one table for all cases of ``bench_clone``."""

    def __init__(self, sql: _Dialect, label: str, case: str, join: str) -> None:
        from django.apps import apps

        self.sql = sql
        self.model = apps.get_model(label)
        self.table = self.model._meta.db_table
        self.case, self.join = case, join.format(case_subject=sql.audit_subject("k.id"))

    def keep_patterns(self) -> None:
        self.sql.run(
            f"CREATE TABLE bench_{self.table} AS SELECT {self.case} AS bench_case, t.* FROM {self.table} t {self.join}"
        )

    def copy(self) -> int:
        fields = [
            f for f in self.model._meta.concrete_fields if not (f.primary_key and "Auto" in type(f).__name__)
        ]
        columns = ", ".join(f'"{f.column}"' for f in fields)
        values = ", ".join(self._value(f) for f in fields)
        only = " WHERE c.account_id IS NOT NULL" if self.model.__name__ == "InboxMessage" else ""
        return self.sql.run(
            f"INSERT INTO {self.table} ({columns}) SELECT {values} FROM bench_clone c "
            f"JOIN bench_{self.table} t ON t.bench_case = c.pattern{only} ORDER BY c.n, t.{self.model._meta.pk.column}"
        )

    def _value(self, found: Any) -> str:
        from django.db import models

        name, column = f"{self.model.__name__}.{found.name}", f't."{found.column}"'
        if name in OWN:
            return OWN[name].format(
                empty=self.sql.empty_json,
                case_subject_of_clone=self.sql.audit_subject(self.sql.new_id("c.pattern")),
            )
        if name in APPLICANT:
            return "c.account_id"
        target = found.related_model.__name__ if found.related_model else ""
        own = {
            "OrganizationalUnit": "c.unit_id",
            "AccessSet": "c.access_set_id",
            "UserAccount": "c.clerk_id",
        }.get(target)
        if own:
            return f"CASE WHEN {column} IS NULL THEN NULL ELSE {own} END" if found.null else own
        in_family = target in {label.partition(".")[2] for label, *_rest in TABLES}
        if isinstance(found, models.UUIDField) or (
            in_family and isinstance(found.target_field, models.UUIDField)
        ):
            return self.sql.new_id(column)
        if isinstance(found, models.DateTimeField):
            return self.sql.shifted_moment(column)
        return self.sql.shifted_day(column) if isinstance(found, models.DateField) else column


class _Dialect:
    """What the two databases say differently."""

    def __init__(self) -> None:
        from django.db import connection

        self.connection = connection
        self.postgresql = connection.vendor == "postgresql"
        self.empty_json = "'{}'::jsonb" if self.postgresql else "'{}'"
        kinds = (
            {"n": "bigint", "pattern": "uuid", "account_id": "uuid", "clerk_id": "uuid"}
            if self.postgresql
            else {}
        )
        integers = {"n", "unit_id", "access_set_id", "days"}
        columns = [
            f"{name} {kinds.get(name, 'integer' if name in integers else 'text')}" for name in CLONE_COLUMNS
        ]
        self.clone_table = f"CREATE TABLE bench_clone ({', '.join(columns)})"
        if not self.postgresql:
            connection.ensure_connection()
            connection.connection.create_function("bench_id", 2, _new_id, deterministic=True)
            connection.connection.create_function(
                "bench_dashed", 1, lambda key: str(uuid.UUID(key)), deterministic=True
            )

    def run(self, statement: str) -> int:
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            return int(cursor.rowcount)

    def new_id(self, column: str) -> str:
        return f"md5(c.n::text || {column}::text)::uuid" if self.postgresql else f"bench_id(c.n, {column})"

    def audit_subject(self, column: str) -> str:
        return (
            f"'records.case:' || {column}"
            if self.postgresql
            else f"'records.case:' || bench_dashed({column})"
        )

    def shifted_moment(self, column: str) -> str:
        if self.postgresql:
            return f"{column} + c.days * interval '1 day'"
        return f"strftime('%Y-%m-%d %H:%M:%f', {column}, c.days || ' days')"

    def shifted_day(self, column: str) -> str:
        return f"{column} + c.days" if self.postgresql else f"date({column}, c.days || ' days')"

    def fill(self, clones: Iterator[tuple[Any, ...]]) -> None:
        """Replace the list of cases to be made."""
        names = ", ".join(CLONE_COLUMNS)
        self.run("DELETE FROM bench_clone")
        with self.connection.cursor() as cursor:
            if self.postgresql:
                with cursor.copy(f"COPY bench_clone ({names}) FROM STDIN") as copy:
                    for clone in clones:
                        copy.write_row(clone)
            else:
                marks = ", ".join(["%s"] * len(CLONE_COLUMNS))
                rows = [
                    [value.hex if isinstance(value, uuid.UUID) else value for value in clone]
                    for clone in clones
                ]
                cursor.executemany(f"INSERT INTO bench_clone ({names}) VALUES ({marks})", rows)
        if self.postgresql:
            self.run("ANALYZE bench_clone")

    @contextmanager
    def loading(self, tables: Sequence[str]) -> Iterator[None]:
        """Without foreign keys, triggers and secondary indexes, which are built at the end; then ANALYZE."""
        off, on = (
            (("SET session_replication_role = replica", "SET maintenance_work_mem = '512MB'"), ("RESET ALL",))
            if self.postgresql
            else (("PRAGMA foreign_keys=OFF", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-400000"),
                  ("PRAGMA foreign_keys=ON", "PRAGMA synchronous=FULL", "PRAGMA cache_size=-16000"))
        )  # fmt: skip
        for statement in off:
            self.run(statement)
        indexes = self._indexes(tables)
        for name, _definition in indexes:
            self.run(f'DROP INDEX "{name}"')
        yield
        for number, (name, definition) in enumerate(indexes):
            _progress(f"{name:<32}", number, len(indexes))
            self.run(definition)
        _progress("", 1, 1)
        self.run("VACUUM ANALYZE" if self.postgresql else "ANALYZE")
        for statement in on:
            self.run(statement)
        if self.postgresql:
            self.connection.close()

    def _indexes(self, tables: Sequence[str]) -> list[tuple[str, str]]:
        listed = ", ".join(f"'{table}'" for table in tables)
        query = (
            f"SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ({listed}) "
            "AND indexname NOT IN (SELECT conname FROM pg_constraint)"
            if self.postgresql
            else "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
            f"AND tbl_name IN ({listed})"
        )
        with self.connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())


def _new_id(number: int, key: str | None) -> str | None:
    return None if key is None else hashlib.md5(f"{number}{key}".encode(), usedforsecurity=False).hexdigest()


def _progress(text: str, done: int, total: int, *, width: int = 30) -> None:
    """A bar on a terminal, nothing elsewhere."""
    if sys.stderr.isatty():
        filled = width * done // max(1, total)
        end = "\n" if done >= total else ""
        sys.stderr.write(
            f"\r  [{'#' * filled}{'.' * (width - filled)}] {done:>9,} of {total:,} {text:<34}{end}"
        )
        sys.stderr.flush()
