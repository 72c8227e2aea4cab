"""The linter: which operations of new migrations old programs would not survive, or would wait for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, Field, ManyToManyField

from rathaus.kernel.public import findings

from .release import Release, last_release

Finding = findings.Finding
MARK = "contracts"
ACCEPTED = "accepted"
ACCEPTABLE = frozenset({"migration.index", "migration.constraint"})
MIN_REASON = 20
RISKY_SQL = re.compile(
    r"\b(DROP\s+(TABLE|COLUMN|VIEW)|RENAME|TRUNCATE|SET\s+NOT\s+NULL|ALTER\s+COLUMN\s+\S+\s+TYPE|LOCK\s+TABLE)\b",
    re.IGNORECASE,
)
GONE = (
    operations.RemoveField, operations.DeleteModel, operations.RenameField, operations.RenameModel,
    operations.AlterModelTable,
)  # fmt: skip
LATER = "Bitte erst in der nächsten Fassung, in einer Migration mit »contracts = …«."
TEXTS = {
    "gone": f"nimmt etwas weg oder benennt es um, das die letzte Fassung noch braucht. {LATER}",
    "required": "macht eine neue Spalte zur Pflicht: Die letzte Fassung kann dann nichts mehr einfügen. "
    "Bitte mit null=True oder db_default=….",
    "stricter": f"macht eine Spalte strenger oder ändert ihren Typ. {LATER}",
    "constraint": f"verlangt etwas von vorhandenen Daten. {LATER}",
    "index": "baut einen Index, während niemand schreiben kann. "
    "Bitte mit rathaus.kernel.migrating.AddIndexConcurrently und atomic = False.",
    "sql": "enthält SQL, das etwas wegnimmt, sperrt oder strenger macht. Bitte mit »contracts = …« oder anders.",
    "too_early": "nimmt weg, was noch gebraucht wird: »contracts« nennt eine Fassung, die noch nicht abgelöst ist.",
}


def check() -> list[findings.FileReport]:
    """A report for each of our migrations that came after the last release, in the order in which they run."""
    loader = MigrationLoader(None)
    return check_plan(_plan(loader), last_release())


def _plan(loader: MigrationLoader) -> list[Migration]:
    seen: dict[tuple[str, str], None] = {}
    for leaf in sorted(loader.graph.leaf_nodes()):
        seen.update(dict.fromkeys(loader.graph.forwards_plan(leaf)))
    return [loader.graph.nodes[key] for key in seen]


def check_plan(plan: Iterable[Migration], release: Release) -> list[findings.FileReport]:
    """Walk the whole plan, since what an operation means depends on what was there before it."""
    state = ProjectState()
    created: set[tuple[str, str]] = set()
    reports = []
    for migration in plan:
        is_new = f"{migration.app_label}.{migration.name}" not in release.migrations
        found: list[Finding] = []
        for number, operation in enumerate(migration.operations):
            if is_new:
                found += _look(operation, migration, state, created, f"operations[{number}]")
            operation.state_forwards(migration.app_label, state)
        if is_new and type(migration).__module__.startswith("rathaus."):
            name = f"{migration.app_label}.{migration.name}"
            reports.append(findings.FileReport.of(name, _pardoned(found, migration, release)))
    return reports


def _pardoned(found: list[Finding], migration: Migration, release: Release) -> list[Finding]:
    """A contracting migration may take away what no program uses that may still run.

    ``accepted`` names the reason why an index or a constraint does no harm, such as a table that stays small.
    """
    reasons = getattr(migration, ACCEPTED, {})
    pardoned = {rule for rule in ACCEPTABLE if len(str(reasons.get(rule, ""))) >= MIN_REASON}
    found = [finding for finding in found if finding.rule not in pardoned]
    mark = getattr(migration, MARK, None)
    if mark is None:
        return found
    if _number(str(mark)) < _number(release.version):
        return [finding for finding in found if finding.rule == "migration.index"]
    return [Finding(MARK, "migration.too_early", f"Die Migration {TEXTS['too_early']}")]


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _look(
    operation: Operation, migration: Migration, state: ProjectState, created: set[tuple[str, str]], place: str
) -> Iterator[Finding]:
    """What is wrong with one operation; tables made since the last release are nobody's yet."""
    if isinstance(operation, operations.SeparateDatabaseAndState):
        for inner in operation.database_operations:
            yield from _look(inner, migration, state, created, place)
        return
    label = migration.app_label
    if isinstance(operation, operations.CreateModel):
        created.add((label, operation.name_lower))
        return
    model = str(getattr(operation, "model_name", "") or getattr(operation, "name", "")).lower()
    if (label, model) in created:
        return
    rule = _rule(operation, label, state)
    if rule:
        text = f"{type(operation).__name__} ({operation.describe()}) {TEXTS[rule]}"
        yield Finding(place, f"migration.{rule}", text)


def _rule(operation: Operation, label: str, state: ProjectState) -> str:
    if isinstance(operation, GONE):
        return "gone"
    if isinstance(operation, operations.AddField):
        return "" if may_be_left_out(operation.field) else "required"
    if isinstance(operation, operations.AlterField):
        before = state.models[label, operation.model_name_lower].fields[operation.name]
        return "stricter" if is_stricter(before, operation.field) else ""
    if isinstance(operation, operations.AddConstraint | operations.AlterUniqueTogether):
        return "constraint"
    if isinstance(operation, operations.AddIndex) and not getattr(operation, "is_concurrent", False):
        return "index"
    if isinstance(operation, operations.RunSQL):
        return "sql" if RISKY_SQL.search(str(operation.sql)) else ""
    return ""


def may_be_left_out(field: Field[object, object]) -> bool:
    """Whether a program that does not know the column can insert rows."""
    return field.null or field.db_default is not NOT_PROVIDED or isinstance(field, ManyToManyField)


def is_stricter(before: Field[object, object], after: Field[object, object]) -> bool:
    """Whether values that were right before may be refused, or the column is written anew."""
    if before.null and not after.null:
        return True
    if after.unique and not before.unique:
        return True
    if (
        type(before).__mro__[:-1] != type(after).__mro__[:-1]
        and before.get_internal_type() != after.get_internal_type()
    ):
        return True
    sizes = (getattr(before, "max_length", None), getattr(after, "max_length", None))
    return sizes[1] is not None and (sizes[0] is None or sizes[1] < sizes[0])
