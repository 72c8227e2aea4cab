"""Old programs on the new schema: the linter, the columns of the last release, and the last release itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently as PostgresOnly
from django.db import connection, migrations, models
from django.db.migrations import Migration

from rathaus.kernel.migrating import AddIndexConcurrently
from rathaus.operations.migrations_check.linter import RISKY_SQL, check, check_plan
from rathaus.operations.migrations_check.release import Release, columns_by_table, last_release, obstacles
from rathaus.site import cli
from tests.architecture import tree
from tests.operations.servers import environment_of, rathaus

OLD = Release("0.2.0", "", frozenset({"kernel.0001_initial"}), {})
INDEX = models.Index(fields=["name"], name="by_name")
CONSTRAINT = models.CheckConstraint(condition=models.Q(name="x"), name="c")
PROGRAM = "from rathaus.site.cli import main; import sys; sys.exit(main(sys.argv[1:]))"


def verdict(*operations: migrations.operations.base.Operation, **marks: object) -> list[str]:
    """The rules that one new migration breaks, after a first one that made a table."""
    first = Migration("0001_initial", "kernel")
    first.operations = [
        migrations.CreateModel(
            "Dog", [("id", models.AutoField(primary_key=True)), ("name", models.CharField(max_length=9))]
        ),
    ]
    second = type("Migration", (Migration,), {**marks, "__module__": "rathaus.kernel.migrations.0002"})(
        "0002_new", "kernel"
    )
    second.operations = list(operations)
    (report,) = check_plan([first, second], OLD)
    return [finding.rule.removeprefix("migration.") for finding in report.findings]


@pytest.mark.parametrize(
    ("operation", "rules"),
    [
        (migrations.AddField("dog", "chip", models.CharField(max_length=15, null=True)), []),
        (migrations.AddField("dog", "chip", models.CharField(max_length=15, db_default="")), []),
        (migrations.AddField("dog", "chip", models.CharField(max_length=15, default="")), ["required"]),
        (migrations.RemoveField("dog", "name"), ["gone"]),
        (migrations.DeleteModel("Dog"), ["gone"]),
        (migrations.RenameField("dog", "name", "title"), ["gone"]),
        (migrations.RenameModel("Dog", "Hund"), ["gone"]),
        (migrations.AlterModelTable("dog", "hunde"), ["gone"]),
        (migrations.AlterField("dog", "name", models.CharField(max_length=20)), []),
        (migrations.AlterField("dog", "name", models.CharField(max_length=5)), ["stricter"]),
        (migrations.AlterField("dog", "name", models.CharField(max_length=9, unique=True)), ["stricter"]),
        (migrations.AlterField("dog", "name", models.IntegerField()), ["stricter"]),
        (migrations.AddIndex("dog", INDEX), ["index"]),
        (AddIndexConcurrently("dog", INDEX), []),
        (migrations.RemoveIndex("dog", "by_name"), []),
        (migrations.AddConstraint("dog", CONSTRAINT), ["constraint"]),
        (migrations.RunSQL("ALTER TABLE kernel_dog DROP COLUMN name"), ["sql"]),
        (migrations.RunSQL("CREATE TABLE other (id integer)"), []),
        (migrations.SeparateDatabaseAndState([migrations.RemoveField("dog", "name")]), ["gone"]),
    ],
)  # fmt: skip
def test_what_old_programs_would_not_survive(
    operation: migrations.operations.base.Operation, rules: list[str]
) -> None:
    if isinstance(operation, migrations.RemoveIndex):
        assert verdict(AddIndexConcurrently("dog", INDEX), operation) == rules
    else:
        assert verdict(operation) == rules


def test_a_new_table_is_nobodys_yet() -> None:
    fields = [("id", models.AutoField(primary_key=True)), ("name", models.CharField(max_length=9))]
    assert verdict(
        migrations.CreateModel("Cat", fields),
        migrations.AddIndex("cat", INDEX),
        migrations.AddField("cat", "chip", models.CharField(max_length=15)),
    ) == []  # fmt: skip


def test_a_contracting_migration_waits_for_a_release() -> None:
    taking = migrations.RemoveField("dog", "name")
    assert verdict(taking, contracts="0.1.0") == []
    assert verdict(taking, contracts="0.2.0") == ["too_early"]


def test_an_index_needs_a_reason_to_be_built_while_others_wait() -> None:
    adding = migrations.AddIndex("dog", INDEX)
    assert verdict(adding, accepted={"migration.index": "a town has some hundred dogs at most"}) == []
    assert verdict(adding, accepted={"migration.index": "ok"}) == ["index"]
    assert verdict(
        migrations.DeleteModel("Dog"), accepted={"migration.gone": "nobody reads it any more"}
    ) == ["gone"]


def test_sql_is_read_whatever_its_case() -> None:
    assert RISKY_SQL.search("alter table a\n drop   column b")
    assert not RISKY_SQL.search("CREATE TRIGGER dropped BEFORE UPDATE ON a")


def test_all_new_migrations_expand_only() -> None:
    assert [(report.file, report.findings) for report in check() if not report.ok] == []


def test_the_command_speaks_json(capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["migrate", "check", "--json"])
    reports = json.loads(capsys.readouterr().out)["files"]
    assert code == (0 if all(report["ok"] for report in reports) else 1)
    names = [report["file"] for report in reports]
    assert "operations.0001_initial" in names
    assert "kernel.0001_initial" not in names


@pytest.mark.django_db
def test_every_column_of_the_last_release_is_there_and_no_new_one_is_required() -> None:
    assert obstacles() == []
    assert len(last_release().tables) > 50


@pytest.mark.django_db
def test_columns_are_told_apart_by_whether_they_may_be_left_out() -> None:
    columns = columns_by_table()["kernel_auditentry"]
    assert (columns["id"], columns["actor"], columns["at"]) == (True, False, False)
    assert columns_by_table()["operations_maintenance"]["text"]


@pytest.mark.django_db(transaction=True)
def test_an_index_is_built_while_others_write() -> None:
    assert not issubclass(AddIndexConcurrently, PostgresOnly)
    from django.apps import apps
    from django.db.migrations.state import ProjectState

    index = models.Index(fields=["since"], name="probe_since")
    operation = AddIndexConcurrently("maintenance", index)
    state = ProjectState.from_apps(apps)
    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("operations", editor, state, state)
    try:
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, "operations_maintenance")
        assert found["probe_since"]["columns"] == ["since"]
    finally:
        with connection.schema_editor() as editor:
            operation.database_backwards("operations", editor, state, state)


@pytest.fixture(scope="module")
def old_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The last release as it stands in the history."""
    commit = last_release().commit
    words = ["git", "archive", commit, "src", "demo", "blueprints"]
    answer = subprocess.run(words, cwd=tree.ROOT, capture_output=True, check=False)
    if answer.returncode != 0:
        pytest.skip(f"the history does not hold {commit[:7]}, the program of the last release")
    folder = tmp_path_factory.mktemp("old")
    with tarfile.open(fileobj=BytesIO(answer.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def test_the_last_release_works_on_the_new_schema(old_program: Path, tmp_path: Path) -> None:
    """Applications are received and decided, letters issued, jobs done, pages shown: by the old program."""
    environment = environment_of(tmp_path)
    rathaus(["migrate", "-v", "0"], environment)
    old = {**environment, "PYTHONPATH": str(old_program / "src")}
    town = str(old_program / "demo/taunusstein")
    for words in (["demo", "install", "--cases", "6", "--dir", town], ["worker", "--once"]):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *words],
            env=old,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    script = Path(__file__).with_name("old_release.py")
    answer = subprocess.run(
        [sys.executable, str(script)], env=old, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)
    assert os.path.commonpath([found.pop("program"), str(old_program)]) == str(old_program)
    assert found.pop("decided") >= 1
    assert found.pop("entries") >= 0
    assert found == {
        "applications": 6,
        "pages": dict.fromkeys(("start", "service", "tray", "case", "timeline", "search"), 200),
    }
